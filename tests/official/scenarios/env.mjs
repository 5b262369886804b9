// `atelier env --check`, where everything is as it says, and with one thing missing at a time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lib/server.mjs';

const program = join(root, 'artifacts/bin/Atelier.Cli/release/atelier.dll');
const { ATELIER_URL, ...rest } = process.env;
const all = { ...rest, HOME: process.env.ATELIER_DATA };

function check(client, env = all) {
  const { status, stdout, stderr } = spawnSync('dotnet', [program, 'env', client, '--check', '--json', '--server', 'local'], { env, encoding: 'utf8' });
  assert.ok(stdout.startsWith('{'), stderr);
  return { status, failing: JSON.parse(stdout).checks.filter(item => !item.ok).map(item => item.item), stdout };
}

for (const client of ['node', 'python', 'js', 'java', 'hosts']) {
  const { status, stdout } = check(client);
  assert.equal(status, 0, stdout);
}
const without = name => { const { [name]: _, ...env } = all; return env; };
assert.deepEqual(check('node', without('FAL_KEY')).failing, ['key']);
assert.deepEqual(check('node', { ...all, FAL_KEY: 'a:b' }).failing, ['key']);
assert.deepEqual(check('node', without('NODE_EXTRA_CA_CERTS')).failing, ['trust']);
assert.deepEqual(check('python', { ...all, SSL_CERT_FILE: '/etc/hostname' }).failing, ['trust']);
