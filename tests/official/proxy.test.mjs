// Atelier.Proxy in an ASP.NET Core app (samples/proxy), between the unmodified client and a server: the status of a
// failure, PUT, uploads in parts and events get through, where fal's own proxy for Node loses them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { createFalClient, ValidationError } from '@fal-ai/client';
import { root, startServer } from './lib/server.mjs';

let server, app, url, fal;
before(async () => {
  server = await startServer();
  app = spawn('dotnet', [join(root, 'artifacts/bin/FalProxySample/release/FalProxySample.dll'), '--urls', 'http://127.0.0.1:0', '--server', server.url],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ATELIER_KEY: server.key, FAL_KEY: 'fal:must-not-travel' } });
  url = await new Promise((done, failed) => {
    let out = '';
    app.stdout.on('data', chunk => {
      out += chunk;
      const found = /Now listening on: (\S+)/.exec(out);
      if (found) done(`${found[1]}/api/fal/proxy`);
    });
    app.once('exit', code => failed(new Error(`the app ended with ${code}: ${out}`)));
  });
  // No credentials: the app has them.
  fal = createFalClient({ credentials: () => undefined, proxyUrl: { url, when: 'always' } });
});
after(async () => {
  app?.kill();
  await server?.stop();
  server?.remove();
});

for (const mode of ['polling', 'streaming']) {
  test(`subscribe, ${mode}`, async () => {
    const result = await fal.subscribe('atelier/echo', { input: { a: 1, delay_ms: 200 }, mode });
    assert.equal(result.data.echo.a, 1);
    assert.match(result.requestId, /^[0-9a-f-]{36}$/);
  });
}

test('a wrong field keeps its 422', () => assert.rejects(fal.run('atelier/echo', { input: { delay_ms: 'soon' } }),
  fault => fault instanceof ValidationError && fault.status === 422 && fault.getFieldErrors('delay_ms').length === 1));

test('cancel, which is a PUT', async () => {
  const { request_id: requestId } = await fal.queue.submit('atelier/echo', { input: { delay_ms: 600_000 } });
  await fal.queue.cancel('atelier/echo', { requestId });
  await assert.rejects(async () => {
    for (;;) if ((await fal.queue.status('atelier/echo', { requestId })).status === 'COMPLETED') break;
    await fal.queue.result('atelier/echo', { requestId });
  }, fault => fault.status === 499);
});

test('events, one after another', async () => {
  const stream = await fal.stream('atelier/echo', { input: { count: 4, interval_ms: 100 }, connectionMode: 'server' });
  const times = [];
  for await (const _ of stream) times.push(performance.now());
  assert.equal(times.length, 4);
  assert.ok(times[3] - times[0] > 150, `they came together: ${times}`);
});

test('uploads, small and in parts', async () => {
  for (const size of [5, 91 * 1024 * 1024]) {
    const bytes = Buffer.alloc(size, 'atelier');
    const file = await fal.storage.upload(new File([bytes], 'a.bin', { type: 'application/octet-stream' }));
    assert.ok(Buffer.from(await (await fetch(file)).arrayBuffer()).equals(bytes));
  }
});

test('an endpoint that is not listed is refused', () =>
  assert.rejects(fal.run('fal-ai/kokoro/american-english', { input: {} }), fault => fault.status === 400));
