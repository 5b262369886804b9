// npm @fal-ai/client, unmodified: every kind of upload that it does, through our own proxy route; and a gateway that
// dies in the middle of one in parts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createFalClient } from '@fal-ai/client';
import { startServer } from './lib/server.mjs';

const Mebibyte = 2 ** 20;
const clientOf = server =>
  createFalClient({ credentials: server.key, proxyUrl: { url: `${server.url}/api/fal/proxy`, when: 'always' } });
const digest = bytes => createHash('sha256').update(bytes).digest('hex');
/** Bytes that differ from block to block, so that parts in the wrong place are seen. */
const numbered = length => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4096) bytes.writeUInt32BE(at, at);
  return bytes;
};

let server, fal;
before(async () => { server = await startServer(); fal = clientOf(server); });
after(async () => { await server.stop(); server.remove(); });

test('five bytes come back with their type and name', async () => {
  const url = await fal.storage.upload(new File(['hello'], 'hello.txt', { type: 'text/plain' }));
  assert.match(url, /\/files\/b\/[0-9a-f]{8}\/[0-9a-f]{24}_hello\.txt$/);
  const response = await fetch(url);
  assert.equal(await response.text(), 'hello');
  assert.equal(response.headers.get('content-type'), 'text/plain');
  assert.equal(response.headers.get('content-disposition'), 'inline; filename=hello.txt; filename*=UTF-8\'\'hello.txt');
});

test('a nameless blob gets the name that the client makes up', async () => {
  const url = await fal.storage.upload(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: 'image/svg+xml' }));
  assert.match(url, /_\d{13}\.svg_xml$/);
  const response = await fetch(url);
  assert.match(response.headers.get('content-disposition'), /^attachment; /);
});

for (const [what, name, shown] of [
  ['in another script', 'Übersicht 写真.png', /filename\*=UTF-8''%C3%9Cbersicht%20%E5%86%99%E7%9C%9F\.png$/],
  ['of 300 characters', `${'n'.repeat(296)}.png`, /filename\*=UTF-8''n{251}\.png$/],
  ['with folders', '../../etc/passwd', /filename\*=UTF-8''passwd$/],
]) {
  test(`a name ${what} is shown and never a path`, async () => {
    const response = await fetch(await fal.storage.upload(new File([new Uint8Array([1, 2])], name, { type: 'image/png' })));
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-disposition'), shown);
  });
}

test('blobs anywhere in an input are uploaded and replaced by their URLs', async () => {
  const { data } = await fal.run('atelier/echo', {
    input: { one: new Blob(['first'], { type: 'text/plain' }), nested: { list: [new Blob(['second'], { type: 'text/plain' })] } },
  });
  assert.equal(await (await fetch(data.echo.one)).text(), 'first');
  assert.equal(await (await fetch(data.echo.nested.list[0])).text(), 'second');
});

for (const size of [90 * Mebibyte, 90 * Mebibyte + 1, 91 * Mebibyte]) {
  test(`${size} bytes come back whole, ${size > 90 * Mebibyte ? 'sent in parts' : 'sent in one piece'}`, { timeout: 120_000 }, async () => {
    const bytes = numbered(size);
    const url = await fal.storage.upload(new File([bytes], 'big.mp4', { type: 'video/mp4' }));
    const response = await fetch(url);
    assert.equal(response.headers.get('etag').includes('-'), size > 90 * Mebibyte);
    assert.equal(digest(Buffer.from(await response.arrayBuffer())), digest(bytes));
    const part = await fetch(url, { headers: { range: `bytes=${10 * Mebibyte - 2}-${10 * Mebibyte + 7}` } });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10 * Mebibyte - 2, 10 * Mebibyte + 8));
  });
}

test('an upload with a lifetime and an access list is kept so', async () => {
  const url = await fal.storage.upload(new File(['mine'], 'mine.txt', { type: 'text/plain' }), {
    lifecycle: { expiresIn: '1h', initialAcl: { default: 'hide', rules: [] } },
  });
  assert.equal((await fetch(url)).status, 404);
  const own = await fetch(url, { headers: { authorization: `Key ${server.key}` } });
  assert.equal(await own.text(), 'mine');
  const signed = await server.call('POST', `/v1/storage/files/sign?url=${encodeURIComponent(url)}`, { expiration_seconds: 60 });
  assert.equal(await (await fetch((await signed.json()).signed_url)).text(), 'mine');
});

test('kill -9 in the middle of an upload in parts: every part that was answered is there after the restart', { timeout: 60_000 }, async () => {
  let mortal = await startServer();
  const { upload_url: upload, file_url: file } = await (await mortal.call(
    'POST', '/storage/upload/initiate-multipart?storage_type=fal-cdn-v3', { content_type: 'video/mp4', file_name: 'a.mp4' })).json();
  const at = (base, url, part = '') => { const { pathname, search } = new URL(url); return base + pathname + part + search; };
  const bytes = numbered(8 * Mebibyte), slice = n => bytes.subarray((n - 1) * Mebibyte, n * Mebibyte);
  const put = async n => (await fetch(at(mortal.url, upload, `/${n}`), { method: 'PUT', body: slice(n) })).json();
  for (const n of [8, 2, 1, 3]) await put(n);
  // Half a part: the body stands still when the gateway dies.
  const half = fetch(at(mortal.url, upload, '/4'), {
    method: 'PUT', duplex: 'half', body: new ReadableStream({ start(body) { body.enqueue(new Uint8Array(slice(4).subarray(0, 1000))); } }),
  }).catch(() => 'broke off');
  await put(5);
  await mortal.kill();
  assert.equal(await half, 'broke off');

  mortal = await startServer({ data: mortal.data });
  const { parts } = await (await fetch(at(mortal.url, upload))).json();
  assert.deepEqual(parts.map(part => [part.partNumber, part.size]), [1, 2, 3, 5, 8].map(n => [n, Mebibyte]));
  for (const n of [7, 4, 6]) parts.push(await put(n));
  const complete = () => fetch(at(mortal.url, upload, '/complete'), { method: 'POST', body: JSON.stringify({ parts }) });
  const first = await complete();
  assert.equal(first.status, 200);
  assert.equal(await (await complete()).text(), await first.text());
  assert.equal(digest(Buffer.from(await (await fetch(at(mortal.url, file))).arrayBuffer())), digest(bytes));
  await mortal.stop();
  mortal.remove();
});
