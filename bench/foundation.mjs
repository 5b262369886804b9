// The figures of the foundation: durable submits, whole jobs, sync runs, start, memory. Prints machine and commit.
//   node bench/foundation.mjs [seconds] > bench/results/foundation.txt     (after ./test quick or a Release build)
import { execSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from './http.mjs';
import { load } from './load.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const seconds = Number(process.argv[2] ?? 4);
const key = 'bench:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

async function start() {
  const data = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
  writeFileSync(join(data, 'key'), key, { mode: 0o600 });
  const began = performance.now();
  const child = spawn('dotnet', [join(root, 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll'),
    'serve', '--port', '0', '--json', '--data', data, '--key-file', join(data, 'key')], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { url } = await new Promise(done => {
    let out = '';
    child.stdout.on('data', chunk => { out += chunk; if (out.includes('\n')) done(JSON.parse(out)); });
  });
  // Not fetch: loading it would cost the client 30 ms, and the server is what is measured.
  const wire = new Connection(url);
  if ((await wire.call('GET', '/health', '')).status !== 200) throw new Error('not healthy');
  wire.close();
  const firstAnswerMs = Math.round(performance.now() - began);
  return {
    url, firstAnswerMs,
    residentMb: () => residentMb(child.pid),
    children: () => readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
      try { return /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] === String(child.pid); } catch { return false; }
    }),
    cpuSeconds: () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100,
    stop: async () => { child.kill('SIGTERM'); await new Promise(done => child.once('exit', done)); rmSync(data, { recursive: true, force: true }); },
  };
}

function residentMb(pid) {
  return Math.round(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024);
}

const idle = ms => new Promise(done => setTimeout(done, ms));
console.log(`commit ${execSync('git rev-parse --short HEAD', { cwd: root }).toString().trim()}, ${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`);

const starts = [];
for (let i = 0; i < 5; i++) {
  const server = await start();
  starts.push(server.firstAnswerMs);
  if (i === 4) { await idle(3_000); console.log(`idle memory ${server.residentMb()} MB`); }
  await server.stop();
}
console.log(`start to first 200: best ${Math.min(...starts)} ms, median ${starts.sort((a, b) => a - b)[2]} ms`);

const server = await start();
await load({ url: server.url, key, app: 'atelier/echo', kind: 'job', clients: 64, seconds: 12 });
for (const [kind, app, clients] of [
  ['job', 'atelier/echo', 1], ['job', 'atelier/echo', 64], ['run', 'atelier/echo', 1], ['run', 'atelier/echo', 64],
  ['job', 'atelier/echo-process', 64], ['run', 'atelier/echo-process', 1],
  // Last: what is only submitted is still being worked off while the next figure is taken.
  ['submit', 'atelier/echo', 1], ['submit', 'atelier/echo', 8], ['submit', 'atelier/echo', 64],
]) {
  await idle(1_000);
  const cpu = server.cpuSeconds();
  const result = await load({ url: server.url, key, app, kind, clients, seconds });
  const perJob = (server.cpuSeconds() - cpu) * 1000 / Math.max(1, result.perSecond * seconds);
  console.log(`${kind.padEnd(6)} ${app.padEnd(20)} ${String(clients).padStart(2)} clients: ${String(result.perSecond).padStart(6)}/s, `
    + `p50 ${result.p50} ms, p99 ${result.p99} ms, ${perJob.toFixed(3)} CPU-ms each, ${result.failed} failed`);
}
console.log(`memory after the load ${server.residentMb()} MB`);
await server.stop();

// A model's memory goes with its runner: the app's keep-alive (60 s) after its last call.
const fresh = await start();
const before = fresh.residentMb();
const spoken = await fetch(`${fresh.url}/fal.run/fal-ai/kokoro/american-english`, {
  method: 'POST', headers: { authorization: `Key ${key}` }, body: '{"prompt":"The quick brown fox jumps over the lazy dog."}',
});
if (!spoken.ok) throw new Error(await spoken.text());
const runners = fresh.children();
console.log(`fal-ai/kokoro: gateway ${before} MB before, ${fresh.residentMb()} MB after; its runner ${runners.map(pid => residentMb(pid)).join(', ')} MB`);
const left = performance.now();
while (fresh.children().length > 0) await idle(500);
console.log(`its runner left after ${Math.round((performance.now() - left) / 1000)} s; the gateway then has ${fresh.residentMb()} MB`);
await fresh.stop();
