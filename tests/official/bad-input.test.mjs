// Bad input and bad luck: what exactly a caller is told, and that the server goes on. Bytes over sockets and plain fetch.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { root, runnersOf, startServer, until } from './lib/server.mjs';

const Limit = 200_000;
const Queue = '/queue.fal.run', Run = '/fal.run';
let server;
const logs = [];
before(async () => {
  server = await startServer({ flags: ['--json-body-max-bytes', `${Limit}`, '--slow-body-timeout', '2s', '--slow-reader-timeout', '2s', '--storage.upload-stall-timeout', '1s'] });
});
after(async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  logs.push(server.log());
  for (const secret of [server.key.split(':')[1], 'a-secret-prompt', '"token"']) {
    assert.ok(!logs.join('').includes(secret), `a log holds ${secret.slice(0, 8)}…`);
  }
  server.remove();
});

/** Status, body and headers of an answer; no answer names a folder of this machine. */
async function answer(response) {
  const { status, headers } = await response;
  const body = await (await response).text();
  assert.ok(!body.includes(server.data) && !body.includes(root), `the answer names a folder: ${body}`);
  return { status, body, headers, json: () => JSON.parse(body) };
}
const ask = (method, path, body, headers) => answer(server.call(method, path, body, headers));
const told = ({ status, body }) => [status, body];

async function submit(endpoint, input, headers, to = server) {
  const response = await to.call('POST', `${Queue}/${endpoint}`, input, headers);
  assert.equal(response.status, 200);
  return (await response.json()).request_id;
}
/** The result of a request, once it is completed. */
const result = (endpoint, id, to = server, timeoutMs = 60_000) => until(async () => {
  const found = await answer(to.call('GET', `${Queue}/${endpoint}/requests/${id}`));
  return found.status === 400 && found.body.includes('still in progress') ? false : found;
}, `${id} completes`, timeoutMs);
const status = async (endpoint, id, to = server) => (await answer(to.call('GET', `${Queue}/${endpoint}/requests/${id}/status?logs=1`))).json();

/** Sends bytes as they are and reads until the server closes; `pause` reads nothing for so long first. */
function raw(bytes, { port = new URL(server.url).port, pauseMs = 0 } = {}) {
  return new Promise((done, failed) => {
    const began = performance.now();
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.on('data', chunk => { text += chunk.toString('latin1'); });
    if (pauseMs > 0) { socket.pause(); setTimeout(() => socket.resume(), pauseMs); }
    socket.on('error', fault => fault.code === 'ECONNRESET' || fault.code === 'EPIPE' ? undefined : failed(fault));
    socket.on('close', () => done({ text, ms: performance.now() - began }));
    socket.write(bytes);
  });
}
const head = (path, extra, method = 'POST') =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Key ${server.key}\r\nContent-Type: application/json\r\n${extra}\r\n`;

for (const way of [Queue, Run]) {
  test(`${way}: an unknown endpoint is 404 at once, in fal's words`, async () => {
    const refused = await ask('POST', `${way}/fal-ai/nonesuch`, { prompt: 'a-secret-prompt' });
    assert.deepEqual(told(refused), [404, '{"detail":"Application \\"fal-ai/nonesuch\\" not found"}']);
    assert.match(refused.headers.get('x-fal-request-id'), /^[0-9a-f-]{36}$/);
    assert.deepEqual(told(await ask('POST', `${way}/atelier/echo/nonesuch`, {})), [404, '{"detail":"Path /nonesuch not found"}']);
  });

  test(`${way}: a bad key is 401, no key too`, async () => {
    const path = `${server.url}${way}/atelier/echo`;
    assert.deepEqual(told(await answer(fetch(path, { method: 'POST', body: '{}', headers: { authorization: 'Key a:b' } }))),
      [401, '{"detail":"invalid key credentials"}']);
    assert.equal((await answer(fetch(path, { method: 'POST', body: '{}' }))).status, 401);
  });

  test(`${way}: a body that is no JSON is 400, so is one of more than 64 levels`, async () => {
    const send = body => answer(fetch(`${server.url}${way}/atelier/echo`, { method: 'POST', body, headers: { authorization: `Key ${server.key}` } }));
    const refused = [400, '{"detail":"The request body is not valid JSON","error_type":"bad_request"}'];
    for (const body of ['{"a":', 'hello', '{"a":1}x', Buffer.from('{"a":"\xff"}', 'latin1'), '['.repeat(65) + ']'.repeat(65)]) {
      assert.deepEqual(told(await send(body)), refused);
    }
    assert.equal((await send(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)).status, 200);
  });

  test(`${way}: a body over the limit is 413, with and without a length`, async () => {
    const body = JSON.stringify({ text: 'x'.repeat(Limit) });
    const refused = '{"detail":"The request body is larger than this server\'s limit.","error_type":"bad_request"}';
    const long = await raw(head(`${way}/atelier/echo`, `Content-Length: ${body.length}\r\nConnection: close\r\n`) + body);
    const chunked = await raw(head(`${way}/atelier/echo`, 'Transfer-Encoding: chunked\r\nConnection: close\r\n') + `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    for (const { text } of [long, chunked]) {
      assert.match(text, /^HTTP\/1\.1 413 /);
      assert.ok(text.includes(refused), text);
    }
  });

  test(`${way}: a half-sent body and half-sent headers end after slow_body_timeout`, async () => {
    const body = await raw(head(`${way}/atelier/echo`, 'Content-Length: 100\r\n') + '{"a":');
    assert.match(body.text, /^HTTP\/1\.1 408 /);
    const headers = await raw(`POST ${way}/atelier/echo HTTP/1.1\r\nHost: 127`);
    for (const { ms } of [body, headers]) assert.ok(ms > 1_500 && ms < 8_000, `${ms} ms`);
  });
}

test('a wrong field is 422 that names field and range: the result of a submit, a run at once', async () => {
  const detail = {
    detail: [{ loc: ['body', 'delay_ms'], msg: 'Input should be less than or equal to 600000', type: 'less_than_equal', ctx: { le: 600000 }, input: 600001 }],
  };
  const run = await ask('POST', `${Run}/atelier/echo`, { delay_ms: 600_001 });
  assert.equal(run.status, 422);
  assert.equal(run.headers.get('x-fal-billable-units'), '0');
  for (const endpoint of ['atelier/echo', 'atelier/echo-process']) {
    const id = await submit(endpoint, { delay_ms: 600_001 });
    const found = await result(endpoint, id);
    for (const refused of [run, found]) {
      assert.equal(refused.status, 422);
      const [error] = refused.json().detail;
      assert.deepEqual([error.loc, error.msg, error.type, error.ctx, error.input],
        [detail.detail[0].loc, detail.detail[0].msg, detail.detail[0].type, detail.detail[0].ctx, detail.detail[0].input]);
    }
  }
});

test('a slow reader is let go after slow_reader_timeout', { timeout: 60_000 }, async () => {
  const body = '{"size_bytes":16777216}';
  // Four answers of 16 MiB on one connection: more than the kernel takes in the reader's place.
  const request = head(`${Run}/atelier/echo`, `Content-Length: ${body.length}\r\n`) + body;
  const { text } = await raw(request.repeat(4), { pauseMs: 12_000 });
  assert.ok(text.length < 4 * 16_777_216, 'the answers waited for their reader');
  assert.equal((await ask('GET', '/health')).status, 200);
});

test('an upload that stands still is 408 after storage.upload_stall_timeout', async () => {
  const token = (await ask('POST', '/rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3', {})).json();
  const path = new URL(token.base_url, server.url).pathname.replace(/\/$/, '');
  const upload = `POST ${path}/files/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${token.token_type} ${token.token}\r\nContent-Type: text/plain\r\nX-Fal-File-Name: a.txt\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf`;
  const { text, ms } = await raw(upload);
  assert.match(text, /^HTTP\/1\.1 408 /);
  assert.ok(ms < 8_000, `${ms} ms`);
});

const picture = () => sharp({ create: { width: 64, height: 48, channels: 3, background: '#a04020' } });
const dataUri = (bytes, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;
async function rembg(url) {
  const refused = await ask('POST', `${Run}/fal-ai/rembg`, { image_url: url });
  assert.equal(refused.status, 422, refused.body);
  const [error] = refused.json().detail;
  assert.deepEqual(error.loc, ['body', 'image_url']);
  return error;
}

test('an input URL that is private, unreachable or none is 422 file_download_error', { timeout: 60_000 }, async () => {
  for (const url of ['http://127.0.0.1:1/a.png', 'http://169.254.169.254/latest/meta-data', 'http://[::ffff:10.0.0.1]/a.png', 'http://0.0.0.0/',
    'http://localhost:1/a.png', 'http://nonesuch.invalid/a.png', 'ftp://example.org/a.png', 'file:///etc/passwd', `${server.url}/files/b/00000000/${'0'.repeat(24)}_a.png`]) {
    assert.equal((await rembg(url)).type, 'file_download_error', url);
  }
});

test('a picture that is none, truncated, a bomb or HEIC is 422 by its header', { timeout: 60_000 }, async () => {
  const png = await picture().png().toBuffer(), jpeg = await sharp(await picture().raw().toBuffer(), { raw: { width: 64, height: 48, channels: 3 } }).jpeg().toBuffer();
  assert.equal((await rembg(dataUri(Buffer.from('hello')))).type, 'image_load_error');
  assert.equal((await rembg(dataUri(Buffer.alloc(0)))).type, 'image_load_error');
  for (const bytes of [png.subarray(0, 40), png.subarray(0, png.length - 20), jpeg.subarray(0, jpeg.length / 2)]) {
    assert.equal((await rembg(dataUri(bytes))).type, 'image_load_error');
  }
  // 60 000 x 60 000 pixels, said by the header alone.
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  const crc = (await import('node:zlib')).crc32(bomb.subarray(12, 29));
  bomb.writeUInt32BE(crc, 29);
  const began = performance.now();
  const large = await rembg(dataUri(bomb));
  assert.deepEqual([large.type, large.ctx], ['image_too_large', { max_height: 14142, max_width: 14142 }]);
  assert.ok(performance.now() - began < 5_000);
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')]);
  const unread = await rembg(dataUri(heic, 'image/heic'));
  assert.equal(unread.type, 'unsupported_image_format');
  assert.ok(unread.ctx.supported_formats.includes('png') || unread.ctx.supported_formats.includes('PNG'), JSON.stringify(unread));
  // The model goes on.
  assert.equal((await ask('POST', `${Run}/fal-ai/rembg`, { image_url: dataUri(png) })).status, 200);
});

test('sync_mode answers a data URI', { timeout: 60_000 }, async () => {
  const run = await ask('POST', `${Run}/fal-ai/rembg`, { image_url: dataUri(await picture().png().toBuffer()), sync_mode: true });
  assert.equal(run.status, 200);
  assert.match(run.json().image.url, /^data:image\/png;base64,/);
});

test('X-Fal-Request-Timeout: what has not begun by then is 504, and the caller is named as the cause', { timeout: 60_000 }, async () => {
  const one = await startServer({ env: { ...process.env } });
  try {
    // echo-process runs 2 x 8 requests at once; the rest waits.
    const busy = await Promise.all(Array.from({ length: 16 }, () => submit('atelier/echo-process', { hang: true }, {}, one)));
    await until(async () => (await status('atelier/echo-process', busy[15], one)).status === 'IN_PROGRESS', 'all places are taken');
    const id = await submit('atelier/echo-process', {}, { 'x-fal-request-timeout': '1' }, one);
    const run = await answer(one.call('POST', `${Run}/atelier/echo-process`, {}, { 'x-fal-request-timeout': '1' }));
    const late = await result('atelier/echo-process', id, one);
    for (const refused of [late, run]) {
      assert.equal(refused.status, 504, refused.body);
      assert.equal(refused.headers.get('x-fal-request-timeout-type'), 'user');
      assert.equal(refused.json().error_type, 'request_timeout');
    }
  } finally {
    await one.kill();
    logs.push(one.log());
    one.remove();
  }
});

test('a hung request: its cancellation costs its runner, nothing else', { timeout: 60_000 }, async () => {
  const others = runnersOf(server);
  const hung = await submit('atelier/echo-process', { hang: true, logs: 1 });
  await until(async () => (await status('atelier/echo-process', hung)).logs.some(line => line.message === 'log 1'), 'its runner has it');
  const runner = await until(() => runnersOf(server).find(pid => !others.includes(pid)), 'its runner is there');
  assert.deepEqual(told(await ask('PUT', `${Queue}/atelier/echo-process/requests/${hung}/cancel`)), [202, '{"status":"CANCELLATION_REQUESTED"}']);
  assert.deepEqual(told(await result('atelier/echo-process', hung)), [499, '{"detail":"Request cancelled","error_type":"client_cancelled"}']);
  await until(() => !runnersOf(server).includes(runner), 'its runner has gone');
  assert.equal((await ask('POST', `${Run}/atelier/echo-process`, {})).status, 200);
});

test('a request that kills its runner is tried three times, then answered', { timeout: 120_000 }, async () => {
  const id = await submit('atelier/echo-process', { crash: true });
  const end = await result('atelier/echo-process', id, server, 100_000);
  assert.deepEqual(told(end), [503, '{"detail":"The runner disconnected","error_type":"runner_disconnected"}']);
  const seen = await status('atelier/echo-process', id);
  assert.equal(seen.status, 'COMPLETED');
  assert.equal(seen.logs.filter(line => line.message === 'The runner was ended by signal 6.').length, 3);
});

test('Idempotency-Key: the same body is the same request, another is 409', async () => {
  const key = { 'idempotency-key': 'a-key' };
  const first = await submit('atelier/echo', { n: 1 }, key);
  assert.equal(await submit('atelier/echo', { n: 1 }, key), first);
  assert.deepEqual(told(await ask('POST', `${Queue}/atelier/echo`, { n: 2 }, key)),
    [409, '{"detail":"This Idempotency-Key was used before with another request body","error_type":"bad_request"}']);
});

test('headers that make no sense are 400 and name themselves; those that do are taken', async () => {
  for (const [name, value] of [['X-Fal-Request-Timeout', 'soon'], ['X-Fal-Queue-Priority', 'high'], ['X-Fal-Object-Lifecycle-Preference', '[]']]) {
    const refused = await ask('POST', `${Queue}/atelier/echo`, {}, { [name]: value });
    assert.equal(refused.status, 400);
    assert.ok(refused.json().detail.startsWith(name), refused.body);
  }
  const id = await submit('atelier/echo', { n: 1 }, { 'x-fal-store-io': '0', 'x-fal-queue-priority': 'low' });
  assert.equal((await result('atelier/echo', id)).status, 200);
});

test('a sync run whose caller hangs up frees its place', async () => {
  const gone = new AbortController();
  const run = fetch(`${server.url}${Run}/atelier/echo`, { method: 'POST', body: '{"delay_ms":600000}', headers: { authorization: `Key ${server.key}` }, signal: gone.signal });
  const inUse = async () => Number(/^atelier_requests_running\{[^}]*"atelier\/echo"[^}]*\} (\d+)/m.exec((await ask('GET', '/metrics')).body)?.[1] ?? 0);
  await until(async () => await inUse() === 1, 'the run has begun');
  gone.abort();
  await assert.rejects(run);
  await until(async () => await inUse() === 0, 'its place is free', 5_000);
});

test('a file: HEAD, one range, a suffix, one that cannot be', async () => {
  const { file } = (await ask('POST', `${Run}/atelier/echo`, { file: { text: '0123456789' } })).json();
  const get = (method, range) => answer(fetch(file.url, { method, headers: range ? { range } : {} }));
  const whole = await get('HEAD');
  assert.deepEqual([whole.status, whole.headers.get('content-length'), whole.body], [200, '10', '']);
  for (const [range, code, body] of [['bytes=2-4', 206, '234'], ['bytes=-3', 206, '789'], ['bytes=7-', 206, '789'], ['bytes=10-', 416, ''], ['lines=1-2', 200, '0123456789']]) {
    assert.deepEqual(told(await get('GET', range)), [code, body], range);
  }
});

test('a second server on the same data folder names the first and ends', async () => {
  await assert.rejects(startServer({ data: server.data }), fault =>
    fault.message.includes('"code":1') && fault.message.includes(`Another Atelier (pid ${server.pid}, ${server.url}) already uses the data folder`));
  const found = await ask('GET', '/health');
  assert.equal(found.status, 200);
});

test('SIGTERM: not ready, running work may finish and save its file, the rest is put back; a second signal ends at once', { timeout: 120_000 }, async () => {
  const flags = ['--drain-timeout', '4s'];
  let one = await startServer({ flags });
  await (await one.call('POST', `${Run}/atelier/echo-process`, {})).text();
  const short = await submit('atelier/echo-process', { delay_ms: 2_500, file: { text: 'kept' } }, {}, one);
  const long = await submit('atelier/echo', { delay_ms: 8_000 }, {}, one);
  const run = answer(one.call('POST', `${Run}/atelier/echo`, { delay_ms: 600_000 }));
  await until(async () => (await status('atelier/echo-process', short, one)).status === 'IN_PROGRESS', 'it runs');
  await new Promise(done => setTimeout(done, 500));
  const began = performance.now();
  one.child.kill('SIGTERM');
  await until(async () => (await fetch(`${one.url}/health/ready`)).status === 503, 'it is not ready', 1_000);
  const waiting = await submit('atelier/echo', { n: 1 }, {}, one);
  assert.deepEqual(told(await answer(one.call('POST', `${Run}/atelier/echo`, {}))), [503, '{"detail":"The server is stopping","error_type":"runner_scheduling_failure"}']);
  assert.deepEqual(told(await run), [503, '{"detail":"The server is stopping","error_type":"runner_scheduling_failure"}']);
  assert.deepEqual(await one.exited, { code: 0, signal: null });
  const ms = performance.now() - began;
  assert.ok(ms > 3_500 && ms < 9_000, `stopped after ${ms} ms`);
  assert.deepEqual(runnersOf(one), []);
  logs.push(one.log());

  one = await startServer({ data: one.data, flags });
  const finished = await result('atelier/echo-process', short, one);
  assert.deepEqual([finished.status, finished.json().attempt, finished.json().file?.file_size], [200, 1, 4], finished.body);
  for (const id of [long, waiting]) assert.equal((await result('atelier/echo', id, one)).status, 200);

  await submit('atelier/echo', { delay_ms: 60_000 }, {}, one);
  await new Promise(done => setTimeout(done, 300));
  const again = performance.now();
  one.child.kill('SIGTERM');
  await until(async () => (await fetch(`${one.url}/health/ready`)).status === 503, 'it is not ready', 1_000);
  one.child.kill('SIGTERM');
  assert.equal((await one.exited).code, 143);
  assert.ok(performance.now() - again < 2_000);
  logs.push(one.log());
  one.remove();
});

test('an app that cannot start: three tries, then 504 startup_timeout with its last lines in the log', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-bogus-'));
  const program = join(folder, 'runner');
  writeFileSync(program, '#!/bin/sh\nfor i in $(seq 25); do echo "no weights $i" >&2; done\nexit 3\n');
  chmodSync(program, 0o755);
  const one = await startServer({ flags: ['--runners.program', program, '--runners.apps', join(root, 'artifacts/bin/Atelier.Runner/release/apps.json')] });
  try {
    const id = await submit('atelier/echo-process', {}, {}, one);
    const end = await result('atelier/echo-process', id, one, 90_000);
    assert.deepEqual(told(end), [504, '{"detail":"The runner did not start","error_type":"startup_timeout"}']);
    const { logs: lines } = await status('atelier/echo-process', id, one);
    const last = lines.map(line => line.message).filter(text => text.startsWith('no weights'));
    assert.deepEqual(last, Array.from({ length: 20 }, (_, i) => `no weights ${i + 6}`));
    assert.equal((await ask('GET', '/health')).status, 200);
  } finally {
    await one.stop();
    logs.push(one.log());
    one.remove();
    rmSync(folder, { recursive: true });
  }
});

test('a pack that cannot be had: the answer says its name, its size and the command', { timeout: 60_000 }, async () => {
  const packs = mkdtempSync(join(tmpdir(), 'atelier-no-packs-'));
  const one = await startServer({ env: { ...process.env, ATELIER_PACKS: packs, npm_config_registry: 'http://127.0.0.1:1/', NPM_CONFIG_REGISTRY: 'http://127.0.0.1:1/' } });
  try {
    const refused = await answer(one.call('POST', `${Run}/fal-ai/rembg`, { image_url: dataUri(await picture().png().toBuffer()) }));
    assert.equal(refused.status, 503, refused.body);
    assert.match(refused.json().detail, /^The pack [a-z0-9-]+ \([0-9.]+ [kMG]i?B\) could not be pulled: .+ atelier models pull [a-z0-9-]+$/);
    assert.ok(!refused.body.includes(packs));
  } finally {
    await one.stop();
    logs.push(one.log());
    one.remove();
    rmSync(packs, { recursive: true });
  }
});

/** A small disk: a tmpfs where this user may mount one, else a limit on the size of the server's files. */
function smallDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-small-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]).status === 0;
  const ballast = join(folder, 'ballast');
  return {
    folder, mounted,
    fill: pid => {
      if (!mounted) return spawnSync('prlimit', ['--pid', pid, '--fsize=4096:']);
      const file = openSync(ballast, 'w');
      try { for (;;) writeSync(file, Buffer.alloc(4096)); } catch (fault) { assert.equal(fault.code, 'ENOSPC'); } finally { closeSync(file); }
    },
    empty: pid => mounted ? rmSync(ballast) : spawnSync('prlimit', ['--pid', pid, '--fsize=unlimited:']),
    remove: () => { if (mounted) spawnSync('umount', [folder]); rmSync(folder, { recursive: true, force: true }); },
  };
}

test('a full disk: 503 before acceptance, never a 200; with room again everything accepted completes', { timeout: 120_000 }, async t => {
  const disk = smallDisk();
  t.diagnostic(disk.mounted ? 'tmpfs' : 'file size limit');
  const one = await startServer({ data: disk.folder, env: { ...process.env, TMPDIR: tmpdir() } });
  try {
    const accepted = [await submit('atelier/echo', { n: 0, delay_ms: 2_000 }, {}, one)];
    disk.fill(one.pid);
    let refused = 0;
    for (let n = 1; n <= 300; n++) {
      // Large bodies go to files of their own, small ones into the table.
      const response = await answer(one.call('POST', `${Queue}/atelier/echo`, { n, text: 'x'.repeat(n % 2 ? 9_000 : 100_000) }));
      if (response.status === 200) { accepted.push(response.json().request_id); continue; }
      assert.deepEqual(told(response), [503, '{"detail":"The queue cannot store requests right now; nothing was accepted","error_type":"internal_error"}']);
      refused++;
    }
    assert.ok(refused > 250, `only ${refused} of 300 were refused`);
    assert.equal((await answer(one.call('GET', '/health'))).status, 200);
    disk.empty(one.pid);
    await until(async () => {
      const response = await answer(one.call('POST', `${Queue}/atelier/echo`, { n: 'after' }));
      return response.status === 200 && accepted.push(response.json().request_id);
    }, 'it accepts again', 20_000);
    for (const id of accepted) assert.equal((await result('atelier/echo', id, one)).status, 200);
    assert.deepEqual(await one.stop(), { code: 0, signal: null });
  } finally {
    await one.kill();
    logs.push(one.log());
    disk.remove();
  }
});
