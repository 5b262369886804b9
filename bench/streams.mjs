// Status streams at once, jobs completing all the time: every stream must see each log line once and end with COMPLETED.
//   node bench/streams.mjs [streams] [seconds] > bench/results/streams.txt     (after ./test quick or a Release build)
import { execSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [streams, seconds] = [Number(process.argv[2] ?? 500), Number(process.argv[3] ?? 60)];
const key = 'bench:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
const data = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
writeFileSync(join(data, 'key'), key, { mode: 0o600 });
const child = spawn('dotnet', [join(root, 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll'),
  'serve', '--port', '0', '--json', '--data', data, '--key-file', join(data, 'key')], { stdio: ['ignore', 'pipe', 'ignore'] });
const { url } = await new Promise(done => {
  let out = '';
  child.stdout.on('data', chunk => { out += chunk; if (out.includes('\n')) done(JSON.parse(out)); });
});
const { hostname, port } = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });

function call(method, path, body, onData) {
  return new Promise((done, failed) => {
    const request = http.request({ hostname, port, path, method, agent, headers: {
      authorization: `Key ${key}`, ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {}) } }, answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', part => { text += part; onData?.(part); });
      answer.on('end', () => answer.statusCode === 200 ? done(text) : failed(new Error(`${answer.statusCode} ${text.slice(0, 100)}`)));
      answer.on('error', failed);
    });
    request.on('error', failed);
    request.end(body);
  });
}

const memoryMb = () => Math.round(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024);
const cpuSeconds = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
const late = [];
let ended = 0, events = 0, open = 0, peakOpen = 0, failed = 0;

async function one() {
  const delay = 500 + Math.floor(Math.random() * 1500), began = performance.now();
  const ticket = JSON.parse(await call('POST', '/queue.fal.run/atelier/echo', JSON.stringify({ delay_ms: delay, logs: 3 })));
  peakOpen = Math.max(peakOpen, ++open);
  const text = await call('GET', `/queue.fal.run/atelier/echo/requests/${ticket.request_id}/status/stream?logs=1`).finally(() => { open--; });
  late.push(performance.now() - began - delay);
  const seen = text.split('\n\n').filter(block => block.startsWith('data: ')).map(block => JSON.parse(block.slice(6)));
  const lines = seen.flatMap(status => status.logs).map(line => line.message).join();
  if (seen.at(-1).status !== 'COMPLETED' || lines !== 'log 1,log 2,log 3') throw new Error(`${seen.at(-1).status}: ${lines}`);
  events += seen.length;
  ended++;
}

console.log(`commit ${execSync('git rev-parse --short HEAD', { cwd: root }).toString().trim()}, ${cpus().length} x ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}`);
console.log(`before: ${memoryMb()} MB`);
const [start, cpu] = [performance.now(), cpuSeconds()];
let peakMb = 0;
const watch = setInterval(() => { peakMb = Math.max(peakMb, memoryMb()); }, 500);
await Promise.all(Array.from({ length: streams }, async () => {
  while (performance.now() - start < seconds * 1000) {
    try { await one(); } catch (fault) { if (failed++ < 3) console.error(String(fault)); }
  }
}));
clearInterval(watch);
const took = (performance.now() - start) / 1000, spent = cpuSeconds() - cpu;
late.sort((a, b) => a - b);
console.log(`${streams} status streams for ${took.toFixed(0)} s: ${ended} ended with COMPLETED, ${events} events, ${failed} errors, at most ${peakOpen} open`);
console.log(`from the job's own time to the end of its stream: p50 ${late[late.length >> 1].toFixed(1)} ms, p99 ${late[Math.floor(late.length * 0.99)].toFixed(1)} ms`);
console.log(`gateway: peak ${peakMb} MB, ${(100 * spent / took).toFixed(0)} % of one core, ${(1000 * spent / ended).toFixed(2)} CPU-ms a job with its stream`);
child.kill('SIGTERM');
await new Promise(done => child.once('exit', done));
rmSync(data, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
