// One client by one way, over everything that official clients were ever seen to do (tests/wire/traces). Which client,
// which way and where to come from FAL_CLIENT, FAL_WAY, ATELIER_URL; the models are those of tests/Atelier.WireApps.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { clients } from '../lib/clients.mjs';
import { runScenarios } from '../lib/scenarios.mjs';

const { FAL_CLIENT: name, FAL_WAY: way, ATELIER_URL: url, FAL_KEY: key } = process.env;
const client = clients[name];
const module = await import(client.module);
// Fal's host names as path prefixes here; what is no address of fal's stays as it is.
const rewrite = address => String(address).replace(/^(https|wss):\/\/((?:[a-z0-9]+\.)*(?:fal\.(?:run|ai|media)))\//,
  (_, scheme, host) => `${scheme === 'wss' ? url.replace('http', 'ws') : url}/${host}/`);

const ways = {
  proxy: () => ({ proxyUrl: { url: `${url}/api/fal/proxy`, when: 'always' } }),
  middleware: () => ({ requestMiddleware: async request => ({ ...request, url: rewrite(request.url) }) }),
  fetch: () => ({ fetch: (address, init) => fetch(rewrite(address), init) }),
  socket: () => {
    const Native = globalThis.WebSocket;
    globalThis.WebSocket = class extends Native { constructor(address, protocols) { super(rewrite(address), protocols); } };
    return ways.fetch();
  },
  hosts: () => ({}),
};

const configuration = { credentials: key, ...ways[way]() };
const fal = client.serverless ? (module.config(configuration), module) : module.createFalClient(configuration);
// The first clients hand over the result itself; the later ones {data, requestId}.
const data = result => client.serverless ? result : result.data;
const text = 'hello';

async function readBack(address, bytes) {
  const answer = await fetch(way === 'hosts' ? address : rewrite(address));
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes), `${address} reads back differently (${answer.status})`);
}

async function completed(id, requestId) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const status = await fal.queue.status(id, { requestId });
    if (status.status === 'COMPLETED') return status;
  }
  throw new Error(`${requestId} does not complete`);
}

/** A realtime session: what it hears can be awaited, one by one. */
function connect(app, options = {}) {
  const heard = [], waiting = [];
  const take = event => { const next = waiting.shift(); if (next) next(event); else heard.push(event); };
  const connection = fal.realtime.connect(app, {
    connectionKey: randomUUID(), throttleInterval: 0, onResult: result => take({ result }), onError: error => take({ error }), ...options,
  });
  const next = () => heard.length ? Promise.resolve(heard.shift()) : Promise.race([
    new Promise(done => waiting.push(done)),
    new Promise((_, failed) => setTimeout(failed, 20_000, new Error('nothing came')).unref()),
  ]);
  return { ...connection, heard, next };
}

const realtimeApp = 'fal-ai/fast-lcm-diffusion';
const all = {
  'run': async () => assert.equal(data(await fal.run('fal-ai/fast-sdxl', { input: { prompt: 'a cat' } })).prompt, 'a cat'),
  'run, GET': async () => assert.deepEqual(data(await fal.run('fal-ai/fast-sdxl/info', { method: 'get', input: { a: '1', b: 'x y' } })).echo, { a: '1', b: 'x y' }),
  'run, 422': () => assert.rejects(fal.run('fal-ai/err422', { input: {} }), fault =>
    fault instanceof module.ValidationError && fault.status === 422 && fault.fieldErrors[0].type === 'missing'),
  'run, 504 by its own timeout': () => assert.rejects(fal.run('fal-ai/err504user', { input: { prompt: 'x' }, startTimeout: 2 }), fault =>
    fault.status === 504 && fault.isUserTimeout === true),
  'run, retries on 503': async () => assert.equal(data(await fal.run('fal-ai/flaky', { input: { prompt: 'x' } })).prompt, 'x'),
  'submit, all options': async () => {
    const ticket = await fal.queue.submit('fal-ai/flux/dev/image-to-image', {
      input: { prompt: 'a cat', image_url: 'https://x/y.png' }, webhookUrl: 'https://hook.example/a?b=c&d=e', priority: 'low', hint: 'sess-1',
      startTimeout: 45, storageSettings: { expiresIn: '1d' }, headers: { 'X-Fal-Store-IO': '0', 'X-Fal-No-Retry': '1' },
    });
    assert.match(ticket.request_id, /^[0-9a-f-]{36}$/);
  },
  'submit, status, result, cancel, namespace': async () => {
    const id = 'workflows/acme/pipe/sub/path';
    const { request_id: requestId } = await fal.queue.submit(id, { input: { a: 1 } });
    assert.match((await fal.queue.status(id, { requestId, logs: true })).status, /^IN_/);
    await assert.rejects(fal.queue.result(id, { requestId }), fault => fault.status === 400);
    await fal.queue.cancel(id, { requestId });
    await completed(id, requestId);
    await assert.rejects(fal.queue.result(id, { requestId }), fault => fault.status === 499);
    await assert.rejects(fal.queue.cancel(id, { requestId }), fault => fault.status === 400);
  },
  'subscribe, polling': async () => {
    const states = [];
    const result = await fal.subscribe('fal-ai/flux/dev', { input: { prompt: 'a cat' }, logs: true, onQueueUpdate: update => states.push(update) });
    assert.equal(data(result).prompt, 'a cat');
    assert.equal(states.at(-1).status, 'COMPLETED');
    assert.ok(states.at(-1).logs.some(line => line.message === 'step 1'));
  },
  'subscribe, streaming': async () => {
    const states = [];
    const result = await fal.subscribe('fal-ai/flux/dev', { mode: 'streaming', input: { prompt: 'a cat' }, logs: true, onQueueUpdate: update => states.push(update) });
    assert.equal(data(result).prompt, 'a cat');
    assert.equal(states.at(-1).status, 'COMPLETED');
    assert.deepEqual(states.at(-1).logs.filter(line => line.message === 'step 1').length, 1);
  },
  'subscribe, 422 on result': () => assert.rejects(fal.subscribe('fal-ai/err422', { input: {} }), fault =>
    fault instanceof module.ValidationError && fault.fieldErrors[0].type === 'missing'),
  'subscribe, timeout cancels': async () => {
    let requestId;
    await assert.rejects(fal.subscribe('workflows/acme/pipe/sub', {
      input: {}, timeout: 300, pollInterval: 50, onEnqueue: id => { requestId = id; },
    }), /timed out/);
    assert.equal((await completed('workflows/acme/pipe/sub', requestId)).status, 'COMPLETED');
    await assert.rejects(fal.queue.result('workflows/acme/pipe/sub', { requestId }), fault => fault.status === 499);
  },
  'subscribe, server retries on 503': async () => assert.equal(data(await fal.subscribe('fal-ai/flaky', { input: { prompt: 'x' } })).prompt, 'x'),
  'legacy id': async () => assert.deepEqual(data(await fal.run('110602490-lora', { input: { p: 1 } })).echo, { p: 1 }),
  'stream': async () => {
    const stream = await fal.stream('fal-ai/any-llm', { input: { prompt: 'hi' } }), seen = [];
    stream.on('data', event => seen.push(event.output));
    assert.deepEqual(await stream.done(), { output: 'Hello', partial: false });
    assert.deepEqual(seen, ['Hel', 'Hello']);
  },
  'stream, iterated': async () => {
    const stream = await fal.stream('fal-ai/any-llm', { input: { prompt: 'hi' } }), seen = [];
    for await (const event of stream) seen.push(event.output);
    assert.deepEqual(seen, ['Hel', 'Hello']);
  },
  'stream, client mode': async () => {
    // The later clients want to be told where tokens come from; the earlier ones ask fal.
    const tokenProvider = async app => (await (await fetch(`${url}/rest.fal.ai/tokens/realtime`, {
      method: 'POST', headers: { authorization: `Key ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ allowed_apps: [app], duration: 120 }),
    })).json()).token;
    const stream = await fal.stream('fal-ai/any-llm', { input: { prompt: 'hi' }, connectionMode: 'client', ...(client.tokenProvider && { tokenProvider }) });
    assert.deepEqual(await stream.done(), { output: 'Hello', partial: false });
  },
  'upload, 5 bytes': async () => readBack(await fal.storage.upload(new File([text], 'hello.txt', { type: 'text/plain' })), Buffer.from(text)),
  'upload, nameless': async () => readBack(await fal.storage.upload(new Blob(['<svg/>'], { type: 'image/svg+xml' })), Buffer.from('<svg/>')),
  'upload, automatic': async () => {
    const { echo } = data(await fal.run('fal-ai/fast-sdxl', { input: { image_url: new Blob(['one'], { type: 'image/png' }), nested: { list: [new File(['two'], 'z.bin')] } } }));
    await readBack(echo.image_url, Buffer.from('one'));
    await readBack(echo.nested.list[0], Buffer.from('two'));
  },
  'upload, 91 MiB': async () => {
    const bytes = Buffer.alloc(91 << 20, 1);
    bytes.write('at the end', bytes.length - 10);
    await readBack(await fal.storage.upload(new File([bytes], 'big.mp4', { type: 'video/mp4' })), bytes);
  },
  'realtime': async () => {
    const session = connect(realtimeApp);
    session.send({ prompt: 'a cat', seed: 1, request_id: 'r1' });
    const { result, error } = await session.next();
    assert.equal(error, undefined);
    assert.equal(result.request_id, 'r1');
    assert.deepEqual([...result.images[0].content], [1, 2, 3]);
    session.close();
  },
  'realtime, JSON frames': async () => {
    const session = connect(realtimeApp, { encodeMessage: message => JSON.stringify(message) });
    session.send({ prompt: 'a cat', request_id: 'r1' });
    assert.equal((await session.next()).result.request_id, 'r1');
    session.close();
  },
  'realtime, server error': async () => {
    const session = connect(realtimeApp);
    session.send({ prompt: 'x', fail: true });
    const { error } = await session.next();
    assert.match(`${error?.message} ${JSON.stringify(error?.body)}`, /INTERNAL_ERROR|boom/);
    session.close();
  },
  'realtime, server closes': async () => {
    const session = connect(realtimeApp);
    session.send({ prompt: 'a', bye: true, request_id: 'r1' });
    assert.equal((await session.next()).result.request_id, 'r1');
    // Gone in peace: another exchange later there is no error.
    const other = connect(realtimeApp);
    other.send({ prompt: 'b', request_id: 'r2' });
    assert.equal((await other.next()).result.request_id, 'r2');
    other.close();
    assert.deepEqual(session.heard, []);
  },
  'realtime, opens again': async () => {
    const session = connect(realtimeApp);
    session.send({ prompt: 'a', bye: true, request_id: 'r1' });
    assert.equal((await session.next()).result.request_id, 'r1');
    // A message that meets the closing socket is lost; one that comes later opens a new one.
    let answered;
    for (const end = Date.now() + 20_000; !answered && Date.now() < end;) {
      session.send({ prompt: 'b', request_id: 'r2' });
      await new Promise(done => setTimeout(done, 100));
      answered = session.heard.find(event => event.result?.request_id === 'r2');
    }
    assert.ok(answered, 'no answer after the close');
    session.close();
  },
};

const chosen = Object.entries(all).filter(([scenario]) => !client.lacks.some(each => scenario.startsWith(each)) && !(client.without?.[way] ?? []).some(each => scenario.startsWith(each)));
await runScenarios(Object.fromEntries(chosen));
process.exit(0);
