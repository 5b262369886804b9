// npm @fal-ai/client, unmodified, where it holds a connection open: status streams and streamed answers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { createFalClient, ApiError, ValidationError } from '@fal-ai/client';
import { startServer } from './lib/server.mjs';

let server, proxied, direct;
before(async () => {
  server = await startServer();
  proxied = createFalClient({ credentials: server.key, proxyUrl: { url: `${server.url}/api/fal/proxy`, when: 'always' } });
  // The way for a client whose proxy does not see everything: each of fal's host names becomes a path prefix here.
  direct = createFalClient({ credentials: server.key, fetch: (url, init) => fetch(String(url).replace(/^https:\/\//, `${server.url}/`), init) });
});
after(async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  server.remove();
});

const events = async stream => {
  const seen = [];
  for await (const event of stream) seen.push(event);
  return seen;
};

for (const app of ['atelier/echo', 'atelier/echo-process']) {
  for (const [name, client] of [['proxy', () => proxied], ['fetch', () => direct]]) {
    test(`${app}, ${name}: subscribe in streaming mode sees each state and each log line once`, async () => {
      const updates = [], lines = [];
      const result = await client().subscribe(app, {
        mode: 'streaming', input: { logs: 5, delay_ms: 300 }, logs: true,
        onQueueUpdate: update => { updates.push(update.status); lines.splice(0, Infinity, ...(update.logs ?? [])); },
      });
      assert.equal(updates.at(-1), 'COMPLETED');
      assert.ok(updates.includes('IN_PROGRESS'), updates.join());
      assert.deepEqual(lines.map(line => line.message).filter(text => text.startsWith('log ')), ['log 1', 'log 2', 'log 3', 'log 4', 'log 5']);
      assert.equal(result.data.echo.delay_ms, 300);
      assert.equal(result.requestId, result.data.request_id);
    });

    test(`${app}, ${name}: a wrong field is a ValidationError in streaming mode`, async () => {
      await assert.rejects(client().subscribe(app, { mode: 'streaming', input: { delay_ms: 'soon' } }), fault =>
        fault instanceof ValidationError && fault.getFieldErrors('delay_ms')[0].type === 'int_parsing');
    });

    test(`${app}, ${name}: stream hands over each event, and is done with the last`, async () => {
      const stream = await client().stream(app, { input: { count: 4, interval_ms: 20 } });
      const seen = await events(stream);
      assert.deepEqual(seen.map(event => event.index), [1, 2, 3, 4]);
      assert.deepEqual(await stream.done(), { index: 4, count: 4, request_id: stream.requestId });
    });

    test(`${app}, ${name}: an id that ends in /stream is not given the suffix again`, async () => {
      const stream = await client().stream(`${app}/stream`, { input: { count: 1 } });
      assert.equal((await stream.done()).index, 1);
    });

    test(`${app}, ${name}: what fails before its first event is an ordinary error`, async () => {
      const invalid = await client().stream(app, { input: { count: 0 } });
      await assert.rejects(invalid.done(), fault => fault instanceof ValidationError && fault.getFieldErrors('count').length === 1);
      const failed = await client().stream(app, { input: { fail_at: 1 } });
      await assert.rejects(failed.done(), fault => fault instanceof ApiError && fault.status === 500 && fault.body.detail === 'asked to fail');
    });

    test(`${app}, ${name}: a stream that breaks off is an error, not a result`, async () => {
      const stream = await client().stream(app, { input: { count: 9, interval_ms: 50, fail_at: 3 } });
      await assert.rejects(stream.done(), fault => fault instanceof ApiError);
    });
  }

  test(`${app}: a caller who aborts a stream ends the work, and the history says so`, async () => {
    const stream = await direct.stream(app, { input: { count: 10_000, interval_ms: 50 } });
    await new Promise(seen => stream.on('data', seen));
    stream.abort();
    let answer;
    do { answer = await server.call('GET', `/queue.fal.run/${app}/requests/${stream.requestId}`); } while (answer.status === 404);
    assert.equal(answer.status, 499);
    assert.equal((await answer.json()).error_type, 'client_disconnected');
  });

  test(`${app}: a stream endpoint in the queue has its last event as the result`, async () => {
    const { data } = await proxied.subscribe(`${app}/stream`, { input: { count: 5 } });
    assert.deepEqual([data.index, data.count], [5, 5]);
  });

  // In streaming mode this client throws out of a timer, past its caller; so it has a process of its own.
  test(`${app}: a timeout of the client cancels the request, in both modes`, async () => {
    for (const mode of ['polling', 'streaming']) {
      const script = `
        import { createFalClient } from '@fal-ai/client';
        const fal = createFalClient({ credentials: process.env.KEY, proxyUrl: { url: process.env.URL + '/api/fal/proxy', when: 'always' } });
        process.on('uncaughtException', fault => console.error(fault.message));
        try {
          await fal.subscribe('${app}', { mode: '${mode}', input: { delay_ms: 600000 }, timeout: 1500, onEnqueue: id => console.log(id) });
        } catch (fault) { console.error(fault.message); }`;
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script],
        { cwd: import.meta.dirname, env: { ...process.env, KEY: server.key, URL: server.url } });
      assert.match(stderr, /timed out waiting for the request to complete after 1500ms/, mode);
      const requestId = stdout.trim();
      let status;
      do { status = await proxied.queue.status(app, { requestId }); } while (status.status !== 'COMPLETED');
      assert.equal(status.error_type, 'client_cancelled', mode);
    }
  });
}

for (const app of ['atelier/echo', 'atelier/echo-process']) {
  test(`${app}: a stream that the browser opens itself shows a token and no key`, async () => {
    const keys = [];
    const seen = createFalClient({ credentials: server.key, fetch: (url, init) => {
      keys.push([new URL(url).pathname, new Headers(init?.headers).get('authorization')]);
      return fetch(String(url).replace(/^https:\/\//, `${server.url}/`), init);
    } });
    const stream = await seen.stream(app, { connectionMode: 'client', input: { count: 3 } });
    assert.deepEqual((await events(stream)).map(event => event.index), [1, 2, 3]);
    assert.deepEqual(keys.at(-1), [`/${app}/stream`, null]);
  });
}

test('a token is good for streams of its app, and for no run, no queue and no other app', async () => {
  const token = await (await server.call('POST', '/rest.fal.ai/tokens/', { allowed_apps: ['echo'], token_expiration: 120 })).json();
  const post = path => fetch(`${server.url}${path}?fal_jwt_token=${token}`, {
    method: 'POST', body: '{"count":1}', headers: { 'content-type': 'application/json' } }).then(answer => answer.status);
  assert.equal(await post('/fal.run/atelier/echo/stream'), 200);
  assert.equal(await post('/fal.run/atelier/echo'), 401);
  assert.equal(await post('/queue.fal.run/atelier/echo/stream'), 401);
  assert.notEqual(await post('/fal.run/atelier/echo-process/stream'), 200);
});

test('streamStatus is silent for no more than five seconds', async () => {
  const { request_id: id } = await proxied.queue.submit('atelier/echo', { input: { delay_ms: 9000 } });
  const answer = await server.call('GET', `/queue.fal.run/atelier/echo/requests/${id}/status/stream`);
  let last = performance.now(), silence = 0, text = '';
  for await (const part of answer.body) {
    silence = Math.max(silence, performance.now() - last);
    last = performance.now();
    text += Buffer.from(part).toString();
  }
  assert.ok(silence < 5500, `${silence} ms`);
  assert.match(text, /^: ping$/m);
  assert.match(text, /"status":"COMPLETED"[^\n]*\n\n$/);
});

test('python posts with its own headers, to the id with the suffix and to the id itself', async () => {
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
  for (const path of ['/fal.run/atelier/echo/stream', '/fal.run/atelier/echo-process/stream/', '/atelier/echo/stream']) {
    const answer = await server.call('POST', path, { count: 2 }, headers);
    assert.match(answer.headers.get('content-type'), /^text\/event-stream/);
    assert.match(await answer.text(), /^data: \{"index":1,.*\}\n\ndata: \{"index":2,.*\}\n\n$/);
  }
});
