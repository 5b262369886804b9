// Reads an strace of the server while one client submits: between the arrival of each submit and the write of its 200,
// a sync of the queue's log must have begun and returned. An injected sync (strace -e inject) is none.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const submits = Number(process.argv[2]);
const data = mkdtempSync(join(tmpdir(), 'atelier-sync-'));
const key = 'prove:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
writeFileSync(join(data, 'key'), key, { mode: 0o600 });
const trace = join(data, 'trace');
const server = spawn('strace', ['-f', '-y', '-ttt', '-s', '200', '-o', trace,
  '-e', 'trace=fdatasync,fsync,sendto,sendmsg,recvfrom,recvmsg,write,read', '-e', 'signal=none',
  'dotnet', 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll', 'serve', '--port', '0', '--json', '--data', data,
  '--key-file', join(data, 'key'), '--queue-status-hold-ms', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const { url, pid } = await new Promise((done, failed) => {
  let out = '';
  server.stdout.on('data', chunk => { out += chunk; if (out.includes('\n')) done(JSON.parse(out)); });
  server.once('exit', code => failed(new Error(`the server ended with ${code}`)));
});
const ids = [];
for (let n = 0; n < submits; n++) {
  const response = await fetch(`${url}/queue.fal.run/atelier/echo`, {
    method: 'POST', headers: { authorization: `Key ${key}`, 'content-type': 'application/json' }, body: `{"marker":"m${n}"}`,
  });
  if (response.status !== 200) throw new Error(`submit ${n} answered ${response.status}`);
  ids.push((await response.json()).request_id);
}
process.kill(pid, 'SIGTERM');
await new Promise(done => server.once('exit', done));

// Events in the order of strace's log. A call that blocks is split in "<unfinished ...>" and "resumed"; its return counts.
const lines = readFileSync(trace, 'utf8').split('\n');
let syncs = 0, proven = 0, at = 0;
const pending = new Map(), bad = [];
for (const id of ids) {
  let synced = false, arrived = false, answered = false;
  for (; at < lines.length && !answered; at++) {
    const line = lines[at], thread = line.split(' ', 1)[0];
    const isSync = /f(data)?sync\(/.test(line) && /queue/.test(line);
    if (/(recvfrom|recvmsg|read)/.test(line) && line.includes('POST /queue.fal.run/atelier/echo')) { arrived = true; synced = false; pending.clear(); }
    if (isSync && line.includes('<unfinished')) pending.set(thread, true);
    else if (/f(data)?sync resumed/.test(line) && pending.delete(thread) && / = 0$/.test(line)) { synced ||= arrived; syncs++; }
    else if (isSync && / = 0$/.test(line)) { synced ||= arrived; syncs++; }
    if (/(sendto|sendmsg|write)\(/.test(line) && line.includes('HTTP/1.1 200')) answered = arrived;
  }
  if (answered && synced) proven++; else bad.push(id);
}
rmSync(data, { recursive: true, force: true });
console.log(`${proven} of ${submits} submits: a sync returned between the request's arrival and its 200 (${syncs} syncs seen).`);
if (proven !== submits) {
  console.error(`Error: ${bad.length} submits were answered before a sync returned; the first is ${bad[0]}.`);
  process.exit(1);
}
