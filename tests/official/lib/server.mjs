// A real server, as its users start it: the built program, a data folder of its own, a free port.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = join(root, 'artifacts/bin/Atelier.Server/release/Atelier.Server.dll');
const key = 'test-key:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

/** Starts a server and waits for its ready line. `stop()` sends SIGTERM; `kill()` is kill -9. */
export async function startServer({ data = mkdtempSync(join(tmpdir(), 'atelier-official-')), flags = [], env = process.env } = {}) {
  const keyFile = join(data, 'key');
  writeFileSync(keyFile, key, { mode: 0o600 });
  const child = spawn('dotnet', [program, 'serve', '--port', '0', '--json', '--data', data, '--key-file', keyFile, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'], env });
  let log = '';
  child.stderr.on('data', chunk => { log += chunk; });
  const exited = new Promise(done => child.once('exit', (code, signal) => done({ code, signal })));
  const ready = await new Promise((done, failed) => {
    let out = '';
    child.stdout.on('data', chunk => {
      out += chunk;
      if (out.includes('\n')) done(JSON.parse(out.split('\n')[0]));
    });
    exited.then(end => failed(new Error(`the server ended (${JSON.stringify(end)}): ${log}`)));
  });
  return {
    ...ready, key, data, child, exited,
    log: () => log,
    stop: async () => { child.kill('SIGTERM'); return exited; },
    kill: async () => { child.kill('SIGKILL'); return exited; },
    remove: () => rmSync(data, { recursive: true, force: true }),
    call: (method, path, body, headers = {}) => fetch(ready.url + path, {
      method, headers: { authorization: `Key ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
    }),
  };
}

/** Processes whose command line names this data folder: our runners. */
export function runnersOf(server) {
  return runnerPids(server.data);
}

import { readdirSync } from 'node:fs';
function runnerPids(data) {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').some(line => line.startsWith('ATELIER_RUNNER_ADDRESS=') && line.includes(data))
        || (readFileSync(`/proc/${pid}/environ`, 'utf8').includes('ATELIER_RUNNER_TOKEN=') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(data));
    } catch { return false; }
  }).map(Number);
}

/** Awaits a condition by polling it; the deadline is the test's failure, not its pace. */
export async function until(condition, what, timeoutMs = 30_000) {
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    const value = await condition();
    if (value) return value;
    await new Promise(done => setTimeout(done, 20));
  }
  throw new Error(`timed out waiting until ${what}`);
}
