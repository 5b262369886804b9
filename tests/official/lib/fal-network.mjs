// A network in which fal's own host names lead to a server of ours: a user, network and mount namespace of its own,
// with nothing but loopback, a hosts file, and the server on port 443. A client in there needs no change of code.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, startServer } from './server.mjs';

// SIOCSIFFLAGS with IFF_UP | IFF_RUNNING. Perl's base is on every Debian, iproute2 is not.
const LoopbackUp = `socket(my $s, 2, 2, 0) or die "socket: $!"; my $r = pack("a16 s x22", "lo", 0x41); ioctl($s, 0x8914, $r) or die "loopback: $!"`;

/**
 * Runs a script of Node in there, and answers { code, stdout, stderr, results }.
 *   client   what the script shall import: `process.env.FAL_CLIENT`; an alias of package.json, say
 *   node     flags of Node; `['--experimental-websocket']` for a global WebSocket before Node 22
 *   env      further variables of the script
 *   flags    further flags of the server
 * The script finds FAL_KEY, NODE_EXTRA_CA_CERTS and SSL_CERT_FILE as `atelier env` would have them set, and the plain
 * address in ATELIER_URL. A line of its stdout that is a JSON object is one of the results.
 */
export async function runInFalNetwork(script, { client = '@fal-ai/client', node = [], env = {}, flags = [], args = [] } = {}) {
  const order = JSON.stringify({ script, node, flags, args, env: { ...env, FAL_CLIENT: client } });
  const child = spawn('unshare', ['--user', '--map-root-user', '--net', '--mount', '--kill-child', '--fork',
    process.execPath, fileURLToPath(import.meta.url), order], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '', stderr = '';
  child.stdout.on('data', chunk => { stdout += chunk; });
  child.stderr.on('data', chunk => { stderr += chunk; });
  const code = await new Promise((done, failed) => {
    child.once('error', fault => failed(new Error(`unshare (util-linux) cannot be started: ${fault.message}`)));
    child.once('close', done);
  });
  if (/^unshare: /m.test(stderr)) {
    throw new Error(`This kernel does not let this user make namespaces, which these tests need: ${stderr.trim()}`);
  }

  const results = stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  return { code, stdout, stderr, results };
}

/** The lines for /etc/hosts, as the command line tells people. */
export function hostsLines(server) {
  const program = join(root, 'artifacts/bin/Atelier.Cli/release/atelier.dll');
  const ask = () => execFileSync('dotnet', [program, 'env', 'hosts', '--json', '--server', 'local', '--data', server.data]);
  let answer;
  // The command line gives a server two seconds to answer; on a machine that is busy with other tests the first may pass.
  try { answer = ask(); } catch (fault) { if (fault.status !== 4) throw fault; answer = ask(); }
  return JSON.parse(answer).steps.filter(step => step.kind === 'hosts').map(step => step.text);
}

/** Inside: makes the network, starts the server, runs the script beside it. */
async function inside({ script, node, flags, args, env }) {
  execFileSync('perl', ['-e', LoopbackUp]);
  const folder = mkdtempSync(join(tmpdir(), 'atelier-hosts-'));
  const server = await startServer({ flags: ['--tls', '--tls-port', '443', ...flags] });
  // Nothing that goes wrong on the way may leave the server behind.
  process.once('exit', () => server.child.kill('SIGKILL'));
  writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n${hostsLines(server).join('\n')}\n`);
  execFileSync('mount', ['--bind', join(folder, 'hosts'), '/etc/hosts']);
  const child = spawn(process.execPath, [...node, script, ...args], {
    stdio: 'inherit',
    env: {
      ...process.env, ...env, ATELIER_URL: server.url, FAL_KEY: server.key,
      NODE_EXTRA_CA_CERTS: server.ca_file, SSL_CERT_FILE: server.ca_file, ATELIER_DATA: server.data,
    },
  });
  const code = await new Promise(done => child.once('close', done));
  const end = await server.stop();
  if (end.code !== 0) console.error(`the server ended with ${JSON.stringify(end)}\n${server.log()}`);
  if (code !== 0) console.error(server.log().split('\n').slice(-40).join('\n'));
  server.remove();
  rmSync(folder, { recursive: true });
  process.exit(code === 0 && end.code !== 0 ? 1 : code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await inside(JSON.parse(process.argv[2]));
}
