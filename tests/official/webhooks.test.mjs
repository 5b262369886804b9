// Webhooks as a receiver sees them: a server of its own, signatures checked by node's own Ed25519, a gateway killed in between.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fal } from '@fal-ai/client';
import { startServer, until } from './lib/server.mjs';

const loopback = ['--webhooks-allow-private', '127.0.0.1', '--webhooks-retry-delay', '20ms', '--webhooks-retry-delay-max', '200ms'];

/** A receiver that answers as `answer(delivery, n)` says, and keeps every delivery. */
async function startReceiver(answer = () => 200, port = 0) {
  const deliveries = [];
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part)).on('end', () => {
      const delivery = { headers: request.headers, method: request.method, body: Buffer.concat(parts), at: Date.now() };
      deliveries.push(delivery);
      const status = answer(delivery, deliveries.length);
      response.writeHead(status, status >= 300 && status < 400 ? { location: `http://127.0.0.1:${server.address().port}/elsewhere` } : {});
      response.end();
    });
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return {
    deliveries, url: `http://127.0.0.1:${server.address().port}/hook`,
    close: () => new Promise(done => { server.close(done); server.closeAllConnections(); }),
  };
}

const keysOf = async server => (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()).keys;

/** The recipe of docs/webhooks.md, over the raw bytes. */
function isSigned({ headers, body }, keys) {
  const [id, user, time, signature] = ['request-id', 'user-id', 'timestamp', 'signature'].map(name => headers[`x-fal-webhook-${name}`]);
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const message = Buffer.from([id, user, time, createHash('sha256').update(body).digest('hex')].join('\n'));
  return keys.some(key => verify(null, message, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'hex')));
}

async function submit(server, hook, input = { n: 1 }) {
  const response = await server.call('POST', `/queue.fal.run/atelier/echo?fal_webhook=${encodeURIComponent(hook)}`, input);
  return { status: response.status, ...(await response.json()) };
}

const logOf = async (server, id) =>
  (await (await server.call('GET', `/v1/webhooks/deliveries?request_id=${id}`)).json()).deliveries[0];
const ended = (server, id, status) => until(async () => {
  const log = await logOf(server, id);
  return log.status === status && log;
}, `the webhook of ${id} is ${status}`);

test('the official client submits a webhook; a receiver that fails three times gets it once after', { timeout: 60_000 }, async () => {
  const server = await startServer({ flags: loopback });
  const receiver = await startReceiver((_, n) => n <= 3 ? 503 : 200);
  fal.config({
    credentials: server.key,
    fetch: (url, options) => fetch(`${server.url}/${new URL(url).host}${new URL(url).pathname}${new URL(url).search}`, options),
  });
  const { request_id: id } = await fal.queue.submit('atelier/echo', { input: { n: 7 }, webhookUrl: receiver.url });

  const log = await ended(server, id, 'delivered');

  assert.deepEqual(log.attempts.map(attempt => attempt.status_code), [503, 503, 503, 200]);
  assert.equal(receiver.deliveries.length, 4);
  const keys = await keysOf(server);
  for (const delivery of receiver.deliveries) {
    assert.equal(delivery.method, 'POST');
    assert.ok(isSigned(delivery, keys), 'node verifies the signature');
    assert.ok(!isSigned({ ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) }, keys), 'not over other bytes');
    assert.deepEqual(delivery.body, receiver.deliveries[0].body);
  }
  const body = JSON.parse(receiver.deliveries[0].body);
  assert.deepEqual([body.request_id, body.gateway_request_id, body.status, body.payload.echo.n], [id, id, 'OK', 7]);
  await receiver.close();
  await server.stop();
  server.remove();
});

test('kill -9 between result and delivery: delivered after the restart, with the same key', { timeout: 60_000 }, async () => {
  // Nobody listens on the receiver's port until the gateway is dead: no attempt before that can succeed.
  const probe = await startReceiver();
  const port = Number(new URL(probe.url).port);
  await probe.close();
  let server = await startServer({ flags: loopback });
  const before = await keysOf(server);
  const submitted = await Promise.all(Array.from({ length: 20 }, (_, n) => submit(server, probe.url, { n })));
  await until(async () => (await Promise.all(submitted.map(({ request_id: id }) => logOf(server, id))))
    .every(log => log.attempts.some(attempt => attempt.error === 'unreachable')), 'every result is there and was tried');
  await server.kill();
  const receiver = await startReceiver(() => 200, port);

  server = await startServer({ data: server.data, flags: loopback });

  await until(() => new Set(receiver.deliveries.map(({ headers }) => headers['x-fal-webhook-request-id'])).size === 20, 'all are delivered');
  const after = await keysOf(server);
  assert.deepEqual(after, before, 'exactly one key across restarts');
  assert.equal(after.length, 1);
  assert.ok(receiver.deliveries.every(delivery => isSigned(delivery, before)));
  const file = join(server.data, 'webhook-keys.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(file)).keys.length, 1);
  await receiver.close();
  await server.stop();
  server.remove();
});

test('kill -9 in the middle of an attempt: it is made again', { timeout: 60_000 }, async () => {
  let arrived;
  const first = new Promise(done => { arrived = done; });
  const hanging = createServer(request => request.resume().on('end', arrived));
  await new Promise(done => hanging.listen(0, '127.0.0.1', done));
  const { port } = hanging.address();
  let server = await startServer({ flags: loopback });
  const { request_id: id } = await submit(server, `http://127.0.0.1:${port}/hook`);
  await first;
  await server.kill();
  await new Promise(done => { hanging.close(done); hanging.closeAllConnections(); });
  const receiver = await startReceiver(() => 200, port);

  server = await startServer({ data: server.data, flags: loopback });

  const log = await ended(server, id, 'delivered');
  assert.deepEqual(log.attempts.map(({ attempt, status_code: status }) => [attempt, status]), [[2, 200]]);
  await receiver.close();
  await server.stop();
  server.remove();
});

test('rotation: the new key is published before it signs, old deliveries verify with the old key and new with the new', { timeout: 60_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'atelier-official-'));
  const receiver = await startReceiver();
  // With a grace, the new key is published and the old one goes on signing.
  let server = await startServer({ data, flags: [...loopback, '--webhooks-key-grace', '1h'] });
  const [old] = await keysOf(server);
  assert.equal((await server.call('POST', '/v1/webhooks/keys/rotate')).status, 200);
  assert.equal((await server.call('POST', '/v1/webhooks/keys/rotate')).status, 409);
  const published = await keysOf(server);
  assert.equal(published.length, 2);
  await ended(server, (await submit(server, receiver.url)).request_id, 'delivered');
  assert.ok(isSigned(receiver.deliveries[0], [old]));
  assert.ok(!isSigned(receiver.deliveries[0], [published[1]]));
  await server.stop();
  server.remove();

  // Without one, it signs at once; the old key stays published.
  server = await startServer({ flags: [...loopback, '--webhooks-key-grace', '0'] });
  const [first] = await keysOf(server);
  await ended(server, (await submit(server, receiver.url)).request_id, 'delivered');
  await server.call('POST', '/v1/webhooks/keys/rotate');
  await ended(server, (await submit(server, receiver.url)).request_id, 'delivered');
  const [one, two] = await keysOf(server);
  assert.deepEqual(one, first);
  assert.ok(isSigned(receiver.deliveries[1], [one]) && !isSigned(receiver.deliveries[1], [two]));
  assert.ok(isSigned(receiver.deliveries[2], [two]) && !isSigned(receiver.deliveries[2], [one]));
  await receiver.close();
  await server.stop();
  server.remove();
});

test('a redirect is not followed, and a private place is refused unless it is allowed', { timeout: 60_000 }, async () => {
  const receiver = await startReceiver(() => 307);
  let server = await startServer({ flags: loopback });
  const { request_id: id } = await submit(server, receiver.url);
  assert.deepEqual((await ended(server, id, 'failed')).attempts.map(({ status_code: status, error }) => [status, error]), [[307, 'redirect']]);
  assert.equal(receiver.deliveries.length, 1);
  await server.stop();

  server = await startServer({ data: server.data });
  const refused = await submit(server, receiver.url);
  assert.equal(refused.status, 400);
  assert.equal(refused.error_type, 'bad_request');
  // What was accepted while it was allowed is not sent any more either.
  assert.equal((await server.call('POST', `/v1/webhooks/deliveries/${id}/redeliver`)).status, 202);
  assert.equal((await ended(server, id, 'failed')).attempts.at(-1).error, 'refused_address');
  assert.equal(receiver.deliveries.length, 1);
  await receiver.close();
  await server.stop();
  server.remove();
});

test('cancelled, wrong and failed requests are delivered as errors', { timeout: 60_000 }, async () => {
  const receiver = await startReceiver();
  const server = await startServer({ flags: loopback });
  const wrong = await submit(server, receiver.url, { delay_ms: 'soon' });
  const held = await submit(server, receiver.url, { delay_ms: 60_000 });
  await until(async () => (await (await server.call('GET', `/queue.fal.run/atelier/echo/requests/${held.request_id}/status`)).json())
    .status === 'IN_PROGRESS', 'it runs');
  await server.call('PUT', `/queue.fal.run/atelier/echo/requests/${held.request_id}/cancel`);
  await until(() => receiver.deliveries.length === 2, 'both are delivered');

  const bodies = Object.fromEntries(receiver.deliveries.map(({ body }) => [JSON.parse(body).request_id, JSON.parse(body)]));

  assert.equal(bodies[wrong.request_id].error, 'Invalid status code: 422');
  assert.ok(Array.isArray(bodies[wrong.request_id].payload.detail));
  assert.equal(bodies[held.request_id].error, 'Invalid status code: 499');
  assert.equal(bodies[held.request_id].payload.error_type, 'client_cancelled');
  await receiver.close();
  await server.stop();
  server.remove();
});
