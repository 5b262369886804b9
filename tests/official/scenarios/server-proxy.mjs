// @fal-ai/server-proxy in an Express app, between the newest client and fal's own host names. It never learns of us.
import assert from 'node:assert/strict';
import { createFalClient } from '@fal-ai/client';
import { createHandler, route } from '@fal-ai/server-proxy/express';
import express from 'express';
import { runScenarios } from '../lib/scenarios.mjs';

const app = express();
app.use(express.json());
app.all(route, createHandler({ allowUnauthorizedRequests: true, allowedEndpoints: ['**'] }));
const listening = await new Promise(done => { const it = app.listen(0, '127.0.0.1', () => done(it)); });
const fal = createFalClient({ credentials: () => undefined, proxyUrl: { url: `http://127.0.0.1:${listening.address().port}${route}`, when: 'always' } });

await runScenarios({
  'run': async () => assert.equal((await fal.run('fal-ai/fast-sdxl', { input: { prompt: 'a cat' } })).data.prompt, 'a cat'),
  'run, GET': async () => assert.equal((await fal.run('fal-ai/fast-sdxl/info', { method: 'get', input: { a: '1' } })).data.echo.a, '1'),
  'subscribe, polling': async () => assert.equal((await fal.subscribe('fal-ai/flux/dev', { input: { prompt: 'a cat' }, logs: true })).data.prompt, 'a cat'),
  'subscribe, streaming': async () => assert.equal(
    (await fal.subscribe('fal-ai/flux/dev', { mode: 'streaming', input: { prompt: 'a cat' }, logs: true })).data.prompt, 'a cat'),
  'cancel': async () => {
    const { request_id: requestId } = await fal.queue.submit('workflows/acme/pipe/sub', { input: {} });
    await fal.queue.cancel('workflows/acme/pipe/sub', { requestId });
    let status;
    do { status = await fal.queue.status('workflows/acme/pipe/sub', { requestId }); } while (status.status !== 'COMPLETED');
  },
  'stream': async () => assert.deepEqual(await (await fal.stream('fal-ai/any-llm', { input: { prompt: 'hi' } })).done(), { output: 'Hello', partial: false }),
  'upload, 5 bytes': async () => {
    const address = await fal.storage.upload(new File(['hello'], 'hello.txt', { type: 'text/plain' }));
    assert.equal(await (await fetch(address)).text(), 'hello');
  },
  'run, 422': () => assert.rejects(fal.run('fal-ai/err422', { input: {} }), fault => fault.status === 422),
  'upload, 91 MiB': () => fal.storage.upload(new File([Buffer.alloc(91 << 20, 1)], 'big.mp4', { type: 'video/mp4' })),
});
process.exit(0);
