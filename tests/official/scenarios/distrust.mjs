// What must not work: a client that was not told of the authority, other names under it, and a caller without a key.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const { NODE_EXTRA_CA_CERTS, ...untold } = process.env;
const fetchOnce = `fetch('https://fal.run/atelier/echo').then(() => process.exit(0), fault => { console.log(fault.cause.code); process.exit(3); })`;
const refused = spawnSync(process.execPath, ['-e', fetchOnce], { env: untold, encoding: 'utf8' });
assert.equal(refused.status, 3);
assert.match(refused.stdout, /UNABLE_TO_|SELF_SIGNED/);

const keyless = await fetch('https://queue.fal.run/atelier/echo', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
assert.equal(keyless.status, 401);

const curl = spawnSync('curl', ['-sS', '--cacert', NODE_EXTRA_CA_CERTS, 'https://api.fal.ai/v1/models?limit=1'], { encoding: 'utf8' });
assert.equal(curl.status, 0, curl.stderr);
assert.ok(JSON.parse(curl.stdout).models);

// A second opinion on the chain, name by name.
const { X509Certificate } = await import('node:crypto');
const { readFileSync } = await import('node:fs');
const { connect } = await import('node:tls');
const authority = new X509Certificate(readFileSync(NODE_EXTRA_CA_CERTS));
for (const name of ['fal.run', 'rest.alpha.fal.ai', 'v3b.fal.media', 'localhost']) {
  const [leaf, protocol] = await new Promise((done, failed) => {
    const socket = connect({ host: '127.0.0.1', port: 443, servername: name, ALPNProtocols: ['h2', 'http/1.1'] }, () => {
      done([socket.getPeerX509Certificate(), socket.alpnProtocol]);
      socket.destroy();
    });
    socket.once('error', failed);
  });
  assert.equal(leaf.checkHost(name), name);
  assert.ok(leaf.verify(authority.publicKey) && !leaf.ca && authority.ca);
  assert.equal(protocol, 'h2');
}
process.exit(0);
