// Many quiet sessions: sockets that each say something some times a second, and what that costs the gateway.
//   node --experimental-websocket bench/realtime.mjs [sockets] [messages a second each] [seconds] [app]
import { execSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [sockets, rate, seconds] = [2, 3, 4].map((at, i) => Number(process.argv[at] ?? [500, 10, 60][i]));
const app = process.argv[5] ?? 'atelier/echo';
const key = 'bench:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

const data = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
writeFileSync(join(data, 'key'), key, { mode: 0o600 });
const child = spawn('dotnet', [join(root, 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll'),
  'serve', '--port', '0', '--json', '--data', data, '--key-file', join(data, 'key')], { stdio: ['ignore', 'pipe', 'ignore'] });
const { url } = await new Promise(done => {
  let out = '';
  child.stdout.on('data', chunk => { out += chunk; if (out.includes('\n')) done(JSON.parse(out)); });
});
const residentMb = () => Math.round(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1] / 1024);
const cpuSeconds = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;

const answer = await fetch(`${url}/rest.fal.ai/tokens/`, {
  method: 'POST', headers: { authorization: `Key ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ allowed_apps: [app.split('/')[1]], token_expiration: 600 }),
});
const address = `${url.replace('http', 'ws')}/fal.run/${app}/realtime?fal_jwt_token=${await answer.json()}`;

// {"n": <float64 of the time>}, as @msgpack/msgpack would write it.
const frame = () => { const bytes = Buffer.from('81a16ecb0000000000000000', 'hex'); bytes.writeDoubleBE(performance.now(), 4); return bytes; };
const latencies = [];
let sent = 0, failed = 0;
const before = residentMb();
const open = await Promise.all(Array.from({ length: sockets }, () => new Promise((done, broken) => {
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => done(socket);
  socket.onerror = () => { failed++; broken(new Error('a socket failed')); };
  socket.onmessage = ({ data }) => {
    if (typeof data !== 'string') latencies.push(performance.now() - Buffer.from(data).readDoubleBE(4));
    else if (data.includes('x-fal-error')) failed++;
  };
})));
const idleMb = residentMb(), cpu = cpuSeconds(), began = performance.now();
let peak = idleMb;
await Promise.all(open.map(async (socket, i) => {
  await new Promise(done => setTimeout(done, (i / sockets) * (1000 / rate)));
  while (performance.now() - began < seconds * 1000) {
    socket.send(frame());
    sent++;
    await new Promise(done => setTimeout(done, 1000 / rate));
    if (i === 0) peak = Math.max(peak, residentMb());
  }
}));
await new Promise(done => setTimeout(done, 500));
const took = (performance.now() - began) / 1000, used = cpuSeconds() - cpu;
latencies.sort((a, b) => a - b);
const at = share => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))].toFixed(2);
console.log(`commit ${execSync('git rev-parse --short HEAD', { cwd: root }).toString().trim()}, ${cpus().length} x ${cpus()[0].model.trim()}, node ${process.version}`);
console.log(`${app}: ${sockets} sockets, ${sent} messages in ${took.toFixed(1)} s (${Math.round(sent / took)}/s), answered ${latencies.length}, failed ${failed}`);
console.log(`latency p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (client and server share the cores)`);
console.log(`gateway: ${before} MB before, ${idleMb} MB with the sockets open, ${peak} MB at most; ${(used / took * 100).toFixed(0)} % of a core, ${(used / sent * 1000).toFixed(3)} CPU-ms a message`);
for (const socket of open) socket.close();
child.kill('SIGTERM');
await new Promise(done => child.once('exit', done));
rmSync(data, { recursive: true, force: true });
