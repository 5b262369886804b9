// npm @fal-ai/client, unmodified, over WebSockets: only the socket's address is rewritten. Node 20 has its WebSocket
// behind a flag: node --experimental-websocket --test realtime.test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFalClient, ApiError } from '@fal-ai/client';
import { startServer } from './lib/server.mjs';

assert.ok(globalThis.WebSocket, 'run with node --experimental-websocket');
const Native = globalThis.WebSocket;
let server, fal;
let latest; // the socket that the client opened last, with the code that it was closed with
before(async () => {
  server = await startServer();
  globalThis.WebSocket = class extends Native {
    constructor(url, protocols) {
      super(url.replace('wss://fal.run/', `${server.url.replace('http', 'ws')}/fal.run/`), protocols);
      latest = this;
      this.addEventListener('close', event => { this.closedWith = event.code; });
    }
  };
  fal = createFalClient({ credentials: server.key, proxyUrl: { url: `${server.url}/api/fal/proxy`, when: 'always' } });
});
after(async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  for (const secret of [server.key.split(':')[1], 'a-secret-prompt', 'fal_jwt_token', 'eyJ']) {
    assert.ok(!server.log().includes(secret), `the log holds ${secret.slice(0, 8)}…`);
  }
  server.remove();
});

/** A connection whose results and errors can be awaited one by one. */
function connect(app, options = {}) {
  const heard = [], waiting = [];
  const take = event => { const next = waiting.shift(); if (next) next(event); else heard.push(event); };
  const connection = fal.realtime.connect(app, {
    throttleInterval: 0, onResult: result => take({ result }), onError: error => take({ error }), ...options,
  });
  const next = () => heard.length > 0 ? heard.shift() : Promise.race([
    new Promise(done => waiting.push(done)),
    new Promise((_, failed) => setTimeout(failed, 20_000, new Error('nothing came')).unref()),
  ]);
  return { ...connection, heard, next };
}

/** The code that the latest socket was closed with, once the client has seen it too. */
async function closed(socket = latest) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    await new Promise(done => setTimeout(done, 10));
    if (socket.closedWith) return socket.closedWith;
  }
  throw new Error('the socket stays open');
}

for (const app of ['atelier/echo', 'atelier/echo-process']) {
  test(`${app}: a message is answered, bytes are bytes`, async () => {
    const session = connect(app);
    session.send({ prompt: 'a-secret-prompt', seed: 1, request_id: 'r1', picture: Uint8Array.of(1, 2, 3) });
    const { result } = await session.next();
    assert.deepEqual({ ...result, picture: [...result.picture] }, { prompt: 'a-secret-prompt', seed: 1, request_id: 'r1', picture: [1, 2, 3] });
    session.send({ bytes: 5000, request_id: 'r2' });
    const second = await session.next();
    assert.equal(second.result.request_id, 'r2');
    assert.equal(second.result.bytes.length, 5000);
    session.close();
  });

  test(`${app}: frames of JSON are answered in JSON`, async () => {
    const session = connect(app, { encodeMessage: input => JSON.stringify(input) });
    session.send({ text: 'grün', n: 1.5 });
    assert.deepEqual((await session.next()).result, { text: 'grün', n: 1.5 });
    session.close();
  });

  test(`${app}: messages in a row are all answered, in order`, async () => {
    const session = connect(app);
    session.send({ first: true });
    await session.next();
    for (let n = 0; n < 200; n++) session.send({ n });
    for (let n = 0; n < 200; n++) assert.deepEqual((await session.next()).result, { n });
    session.close();
  });

  test(`${app}: an error of the app reaches onError, once`, async () => {
    const session = connect(app);
    session.send({ fail: true });
    const { error } = await session.next();
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.message, 'INTERNAL_ERROR: asked to fail');
    assert.deepEqual([await closed(), session.heard], [1000, []]);
    session.send({ after: 1 });
    assert.deepEqual(await session.next(), { result: { after: 1 } });
    session.close();
  });

  test(`${app}: a session that the server ends is no error, and the next message opens another`, async () => {
    const session = connect(app, { maxBuffering: 2 });
    session.send({ bye: true });
    assert.deepEqual(await session.next(), { result: { bye: true } });
    assert.equal(await closed(), 1000);
    session.send({ again: 1 });
    assert.deepEqual(await session.next(), { result: { again: 1 } });
    session.close();
  });

  test(`${app}: the client's own close, an empty frame, is no error`, async () => {
    const session = connect(app);
    session.send({ n: 1 });
    await session.next();
    session.close();
    assert.equal(await closed(), 1000);
    assert.deepEqual(session.heard, []);
  });

  test(`${app}: a path of its own, and a whole id`, async () => {
    const own = connect(app, { path: '/ws' });
    own.send({ raw: 1 });
    assert.deepEqual(await own.next(), { result: { raw: 1 } });
    own.close();
    const whole = connect(`${app}/realtime`);
    whole.send({ whole: 1 });
    assert.deepEqual(await whole.next(), { result: { whole: 1 } });
    whole.close();
  });
}

test('a runner that dies in a session is an error, and the next session finds another', async () => {
  const session = connect('atelier/echo-process');
  session.send({ crash: true });
  const { error } = await session.next();
  assert.equal(error.message, 'INTERNAL_ERROR: The runner disconnected');
  await closed();
  session.send({ after: 1 });
  assert.deepEqual(await session.next(), { result: { after: 1 } });
  session.close();
});

test('a token provider of one\'s own is asked with app and path', async () => {
  const asked = [];
  const session = connect('atelier/echo', {
    tokenProvider: async app => {
      asked.push(app);
      const answer = await server.call('POST', '/rest.fal.ai/tokens/realtime', { allowed_apps: [app], duration: 60 });
      return (await answer.json()).token;
    },
  });
  session.send({ n: 1 });
  assert.deepEqual(await session.next(), { result: { n: 1 } });
  assert.deepEqual(asked, ['atelier/echo/realtime']);
  session.close();
});

for (const [name, provider] of [
  ['forged', async () => 'not.a.token'],
  ['of another app', async () => (await (await server.call('POST', '/rest.fal.ai/tokens/', { allowed_apps: ['other'] })).json())],
]) {
  test(`a token that is ${name} reaches onError, once, and a new one is asked for next time`, async () => {
    let asked = 0;
    const session = connect('atelier/echo', { tokenProvider: () => { asked++; return provider(); } });
    session.send({ n: 1 });
    const { error } = await session.next();
    assert.match(error.message, /^UNAUTHORIZED: The token is not/);
    assert.equal(await closed(), 1000);
    assert.deepEqual(session.heard, []);
    session.send({ n: 2 });
    await session.next();
    assert.equal(asked, 2);
    session.close();
  });
}

test('an unknown app reaches onError with its reason', async () => {
  const session = connect('nobody/nothing');
  session.send({ n: 1 });
  assert.equal((await session.next()).error.message, 'NOT_FOUND: There is no realtime endpoint with this id');
  session.close();
});
