// npm @fal-ai/client, unmodified: pinned in package.json, pointed here by proxyUrl alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFalClient, ValidationError, ApiError } from '@fal-ai/client';
import sharp from 'sharp';
import { startServer } from './lib/server.mjs';

let server, fal;
before(async () => {
  server = await startServer();
  fal = createFalClient({ credentials: server.key, proxyUrl: { url: `${server.url}/api/fal/proxy`, when: 'always' } });
});
after(async () => {
  const end = await server.stop();
  assert.deepEqual(end, { code: 0, signal: null });
  // A full run's log holds no key, no token and no prompt.
  for (const secret of [server.key.split(':')[1], 'a-secret-prompt', '"token"']) {
    assert.ok(!server.log().includes(secret), `the log holds ${secret.slice(0, 8)}…`);
  }
  server.remove();
});

for (const app of ['atelier/echo', 'atelier/echo-process']) {
  test(`${app}: subscribe polls, and its last update holds each log line once and in order`, async () => {
    let last;
    const result = await fal.subscribe(app, {
      input: { prompt: 'a-secret-prompt', logs: 7, delay_ms: 900 }, logs: true, onQueueUpdate: update => { last = update; },
    });
    assert.equal(last.status, 'COMPLETED');
    assert.deepEqual(last.logs.map(line => line.message).filter(text => text.startsWith('log ')),
      ['log 1', 'log 2', 'log 3', 'log 4', 'log 5', 'log 6', 'log 7']);
    assert.equal(result.data.echo.prompt, 'a-secret-prompt');
    assert.equal(result.data.attempt, 1);
    assert.equal(result.requestId, result.data.request_id);
  });

  test(`${app}: submit, status, result`, async () => {
    const { request_id: requestId } = await fal.queue.submit(app, { input: { n: 1, delay_ms: 100 } });
    let status;
    do { status = await fal.queue.status(app, { requestId, logs: true }); } while (status.status !== 'COMPLETED');
    assert.ok(status.metrics.inference_time >= 0.05);
    const result = await fal.queue.result(app, { requestId });
    assert.deepEqual(result.data.echo, { n: 1, delay_ms: 100 });
  });

  test(`${app}: cancel`, async () => {
    const { request_id: requestId } = await fal.queue.submit(app, { input: { delay_ms: 600_000 } });
    await fal.queue.cancel(app, { requestId });
    let status;
    do { status = await fal.queue.status(app, { requestId }); } while (status.status !== 'COMPLETED');
    await assert.rejects(fal.queue.result(app, { requestId }), fault => fault instanceof ApiError && fault.status === 499);
    await assert.rejects(fal.queue.cancel(app, { requestId }), fault => fault.status === 400);
  });

  test(`${app}: run`, async () => {
    const result = await fal.run(app, { input: { hello: 'world' } });
    assert.deepEqual(result.data.echo, { hello: 'world' });
    assert.match(result.requestId, /^[0-9a-f-]{36}$/);
  });

  test(`${app}: a wrong field is a ValidationError with fieldErrors, on run and on subscribe`, async () => {
    for (const call of [fal.run, fal.subscribe]) {
      await assert.rejects(call(app, { input: { delay_ms: 'soon' } }), fault => {
        assert.ok(fault instanceof ValidationError, String(fault));
        const [error] = fault.getFieldErrors('delay_ms');
        assert.equal(error.type, 'int_parsing');
        assert.equal(fault.fieldErrors.length, 1);
        return fault.status === 422;
      });
    }
  });

  test(`${app}: an app's failure reaches the caller with its own status`, async () => {
    await assert.rejects(fal.subscribe(app, { input: { fail: { status: 418, detail: 'teapot' } } }),
      fault => fault instanceof ApiError && fault.status === 418 && fault.body.detail === 'teapot');
  });

  test(`${app}: a failure that may pass is tried again`, async () => {
    const result = await fal.subscribe(app, { input: { fail: { status: 503, detail: 'later', times: 2 } } });
    assert.equal(result.data.attempt, 3);
  });

  test(`${app}: an output file can be fetched`, async () => {
    const { data } = await fal.subscribe(app, { input: { file: { text: 'grüße', content_type: 'text/plain' } } });
    assert.deepEqual(Object.keys(data.file).sort(), ['content_type', 'file_name', 'file_size', 'url']);
    const response = await fetch(data.file.url);
    assert.equal(await response.text(), 'grüße');
    assert.equal(data.file.file_size, Buffer.byteLength('grüße'));
  });
}

test('storage.upload stores the very bytes, and the file can be read back in parts', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const url = await fal.storage.upload(new File([bytes], 'numbers.bin', { type: 'application/octet-stream' }));
  const whole = await fetch(url);
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
  const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
});

test('fal-ai/rembg: a Blob in the input is uploaded by the client and cut out here', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="160"><rect width="200" height="160" fill="#fff"/><circle cx="100" cy="80" r="50" fill="#c22"/></svg>';
  const png = await sharp(Buffer.from(svg)).png().toBuffer();
  const { data } = await fal.subscribe('fal-ai/rembg', { input: { image_url: new Blob([png], { type: 'image/png' }) }, logs: true });
  assert.deepEqual([data.image.width, data.image.height, data.image.content_type], [200, 160, 'image/png']);
  const { data: pixels, info } = await sharp(Buffer.from(await (await fetch(data.image.url)).arrayBuffer())).raw().toBuffer({ resolveWithObject: true });
  assert.equal(info.channels, 4);
  const alpha = (x, y) => pixels[(y * info.width + x) * 4 + 3];
  assert.ok(alpha(100, 80) > 200 && alpha(5, 5) < 50, `alpha ${alpha(100, 80)} in the disc, ${alpha(5, 5)} outside`);
});

test('fal-ai/rembg: a missing picture is a ValidationError that names the field', async () => {
  await assert.rejects(fal.subscribe('fal-ai/rembg', { input: {} }), fault =>
    fault instanceof ValidationError && fault.getFieldErrors('image_url')[0].type === 'missing');
});

test('fal-ai/rembg: a private address is not fetched', async () => {
  await assert.rejects(fal.subscribe('fal-ai/rembg', { input: { image_url: 'http://127.0.0.1:1/x.png' } }), fault =>
    fault instanceof ValidationError && fault.getFieldErrors('image_url')[0].type === 'file_download_error');
});

test('an unknown application is told so at once', async () => {
  await assert.rejects(fal.queue.submit('nobody/nothing', { input: {} }), fault =>
    fault.status === 404 && fault.body.detail === 'Application "nobody/nothing" not found');
});
