// kill -9, under load and mid-request: every accepted request completes, with one result, and no runner is left behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runnersOf, startServer, until } from './lib/server.mjs';

const Accepted = 2_000;

test(`kill -9 of the gateway with ${Accepted} accepted requests: all complete after the restart, one result each`, { timeout: 180_000 }, async t => {
  let server = await startServer();
  const ids = [];
  let killed = false;
  // 32 clients submit until enough are accepted; the server dies while they still do.
  await Promise.all(Array.from({ length: 32 }, async (_, client) => {
    for (let n = 0; !killed; n++) {
      try {
        const response = await server.call('POST', '/queue.fal.run/atelier/echo', { client, n, delay_ms: n % 3 === 0 ? 200 : 0 });
        if (response.status === 200) ids.push({ id: (await response.json()).request_id, client, n });
      } catch { return; }
      if (ids.length >= Accepted && !killed) { killed = true; await server.kill(); }
    }
  }));
  assert.ok(ids.length >= Accepted);
  const before = performance.now();
  server = await startServer({ data: server.data });
  t.diagnostic(`${ids.length} accepted; ready ${Math.round(performance.now() - before)} ms after the restart`);
  const seen = new Map();
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let job; (job = ids.pop());) {
      const result = await until(async () => {
        const response = await server.call('GET', `/queue.fal.run/atelier/echo/requests/${job.id}`);
        return response.status === 200 ? response.json() : assert.equal(response.status, 400, `${job.id} was lost: ${response.status}`);
      }, `${job.id} completes`, 120_000);
      assert.equal(result.request_id, job.id);
      assert.deepEqual([result.echo.client, result.echo.n], [job.client, job.n]);
      const again = await (await server.call('GET', `/queue.fal.run/atelier/echo/requests/${job.id}`)).text();
      assert.deepEqual(JSON.parse(again), result, 'a second result for one request');
      seen.set(job.id, true);
    }
  }));
  assert.ok(seen.size >= Accepted);
  await server.stop();
  server.remove();
});

test('kill -9 of a runner mid-request: the request is tried again and completes', { timeout: 60_000 }, async () => {
  const server = await startServer();
  const { request_id: id } = await (await server.call('POST', '/queue.fal.run/atelier/echo-process', { delay_ms: 2_000 })).json();
  const [pid] = await until(async () => {
    const status = await (await server.call('GET', `/queue.fal.run/atelier/echo-process/requests/${id}/status`)).json();
    const pids = runnersOf(server);
    return status.status === 'IN_PROGRESS' && pids.length > 0 && pids;
  }, 'the request runs');
  // The process is up before it has the call: wait for the call to be in it.
  await new Promise(done => setTimeout(done, 1_000));
  process.kill(pid, 'SIGKILL');
  const result = await until(async () => {
    const response = await server.call('GET', `/queue.fal.run/atelier/echo-process/requests/${id}`);
    return response.status === 200 && response.json();
  }, 'the request completes', 40_000);
  assert.equal(result.attempt, 2);
  await server.stop();
  server.remove();
});

test('3 s after a kill -9 of the gateway no runner is left', { timeout: 60_000 }, async () => {
  const server = await startServer();
  await server.call('POST', '/queue.fal.run/atelier/echo-process', { hang: true });
  await until(() => runnersOf(server).length > 0, 'a runner is up');
  await server.kill();
  await until(() => runnersOf(server).length === 0, 'no runner is left', 3_000);
  server.remove();
});
