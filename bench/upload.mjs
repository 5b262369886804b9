// Uploads of 1 GiB: throughput and the gateway's peak memory, in one piece and in parts, by raw sockets and by the
// official JavaScript client; and an upload in parts that outlives kill -9 of the gateway. Prints machine and commit.
//   node bench/upload.mjs [MiB] > bench/results/upload.txt     (after ./test quick and npm ci in tests/official)
import { execSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, openAsBlob, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { createFalClient } = await import(join(root, 'tests/official/node_modules/@fal-ai/client/src/index.js'));
const mebibytes = Number(process.argv[2] ?? 1024);
const size = mebibytes * 2 ** 20, partSize = 10 * 2 ** 20;
const key = 'bench:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const block = randomBytes(2 ** 20);
const data = mkdtempSync(join(tmpdir(), 'atelier-bench-'));

/** Starts the gateway; a second one on the same folder and port finds what the first one left. */
async function start(port = 0) {
  writeFileSync(join(data, 'key'), key, { mode: 0o600 });
  const child = spawn('dotnet', [join(root, 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll'),
    'serve', '--port', String(port), '--json', '--data', data, '--key-file', join(data, 'key')], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  const { url } = JSON.parse(line);
  return {
    url, port: Number(new URL(url).port),
    // The largest it has been since it started.
    peakMb: () => Math.round(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024),
    residentMb: () => Math.round(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024),
    cpuSeconds: () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100,
    end: async signal => { child.kill(signal); await once(child, 'exit'); },
    post: async (path, body) => {
      const answer = await fetch(path.startsWith('http') ? path : url + path, {
        method: 'POST', headers: { authorization: `Key ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return answer.json();
    },
  };
}

/** PUTs `length` bytes of the repeated block; answers the body, or ends the connection after `cut` bytes. */
async function put(target, length, cut = Infinity) {
  const { hostname, port, pathname, search, host } = new URL(target);
  const socket = connect({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', chunk => { answer += chunk; });
  socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`);
  for (let sent = 0; sent < Math.min(length, cut); sent += block.length) {
    const piece = block.subarray(0, Math.min(block.length, length - sent));
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  if (cut < length) return socket;
  await once(socket, 'close');
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer);
  return answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '');
}

const initiate = (server, multipart) => server.post(
  `/storage/upload/initiate${multipart ? '-multipart' : ''}?storage_type=fal-cdn-v3`, { content_type: 'video/mp4', file_name: 'big.mp4' });
const partUrl = (upload, n) => { const url = new URL(upload); return `${url.origin}${url.pathname}/${n}${url.search}`; };
const lengthOf = n => Math.min(partSize, size - (n - 1) * partSize);
const numbers = Array.from({ length: Math.ceil(size / partSize) }, (_, i) => i + 1);

async function sendParts(upload, wanted, atOnce) {
  const parts = [], left = [...wanted];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let n = left.shift(); n; n = left.shift()) parts.push(JSON.parse(await put(partUrl(upload, n), lengthOf(n))));
  }));
  return parts;
}

async function measure(name, work) {
  const server = await start();
  const before = server.residentMb(), cpu = server.cpuSeconds();
  const began = performance.now();
  await work(server);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${name.padEnd(44)} ${String(Math.round(size / 1e6 / seconds)).padStart(5)} MB/s, `
    + `gateway ${(server.cpuSeconds() - cpu).toFixed(2)} CPU-s, ${before} MB before, ${server.peakMb()} MB at most, ${server.residentMb()} MB after`);
  await server.end('SIGTERM');
  rmSync(join(data, 'files'), { recursive: true, force: true });
}

console.log(`commit ${execSync('git rev-parse --short HEAD', { cwd: root }).toString().trim()}, ${cpus().length} x ${cpus()[0].model.trim()}, `
  + `node ${process.version}, ${mebibytes} MiB, file system ${statfsSync(data).type.toString(16)}`);

const file = join(data, 'source.bin');
const source = openSync(file, 'w');
for (let i = 0; i < mebibytes; i++) writeSync(source, block);
closeSync(source);
const disk = performance.now();
execSync(`dd if=${file} of=${file}.copy bs=1M conv=fdatasync 2>/dev/null`);
console.log(`${'dd to the same disk, synced'.padEnd(44)} ${String(Math.round(size / 1e6 / ((performance.now() - disk) / 1000))).padStart(5)} MB/s`);
rmSync(`${file}.copy`);

for (let i = 0; i < 3; i++) {
  await measure('one PUT', async server => { await put((await initiate(server, false)).upload_url, size); });
}
for (const atOnce of [1, 4]) {
  await measure(`parts of 10 MiB, ${atOnce} at once`, async server => {
    const { upload_url: upload } = await initiate(server, true);
    await server.post(partUrl(upload, 'complete'), { parts: await sendParts(upload, numbers, atOnce) });
  });
}
await measure('@fal-ai/client, its own slices', async server => {
  const fal = createFalClient({ credentials: key, proxyUrl: { url: `${server.url}/api/fal/proxy`, when: 'always' } });
  await fal.storage.upload(await openAsBlob(file, { type: 'video/mp4' }));
});

// The gateway dies in the middle of a part; another one on the same folder has every part that was answered.
const first = await start();
const { upload_url: upload, file_url: fileUrl } = await initiate(first, true);
const kept = await sendParts(upload, numbers.slice(0, numbers.length / 2), 2);
const broken = await put(partUrl(upload, kept.length + 1), partSize, partSize / 2);
broken.on('error', () => {});
await first.end('SIGKILL');
broken.destroy();
const second = await start(first.port);
const { parts: there } = await (await fetch(upload)).json();
if (there.length !== kept.length) throw new Error(`${there.length} of ${kept.length} parts are there`);
const rest = await sendParts(upload, numbers.slice(kept.length), 2);
await second.post(partUrl(upload, 'complete'), { parts: [...rest, ...there] });
const hash = createHash('sha256'), wanted = createHash('sha256');
for await (const chunk of (await fetch(fileUrl)).body) hash.update(chunk);
for (let n of numbers) for (let at = 0; at < lengthOf(n); at += block.length) wanted.update(block.subarray(0, Math.min(block.length, lengthOf(n) - at)));
if (hash.digest('hex') !== wanted.digest('hex')) throw new Error('the file is another one');
console.log(`kill -9 after ${kept.length} of ${numbers.length} parts: all ${there.length} were there, the file is whole; gateway ${second.peakMb()} MB at most`);
await second.end('SIGTERM');
rmSync(data, { recursive: true, force: true });
