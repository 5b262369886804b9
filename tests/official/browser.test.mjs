// A page of another origin in Chromium, with the unmodified JavaScript client: what CORS lets through, and what not.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { hostsLines } from './lib/fal-network.mjs';
import { startServer } from './lib/server.mjs';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

let site, server, browser, origin;
before(async () => {
  assert.ok(program, 'Chromium is missing: apt-get install -y chromium');
  const { outputFiles: [script] } = await build({
    entryPoints: [fileURLToPath(new URL('./scenarios/page.mjs', import.meta.url))], bundle: true, format: 'iife', platform: 'browser', write: false,
  });
  site = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script.contents : '<!doctype html><meta charset="utf-8"><title>A page</title><script src="/page.js"></script>');
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${site.address().port}`;
  server = await startServer({ flags: ['--tls', '--tls-port', '0', '--proxy-origins', origin] });
  const names = hostsLines(server).flatMap(line => line.split(' # ')[0].split(' ').slice(1));
  browser = await chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox', '--disable-background-networking',
      // As a hosts file would, with the port besides.
      `--host-resolver-rules=${names.map(name => `MAP ${name} 127.0.0.1:${server.tls_port}`).join(',')}`,
      // Trusts this one certificate; the authority itself is put to the test in hosts.test.mjs.
      `--ignore-certificate-errors-spki-list=${await certificateHash()}`,
    ],
  });
});
after(async () => {
  await browser?.close();
  site?.close();
  await server?.stop();
  server?.remove();
});

function certificateHash() {
  return new Promise((done, failed) => {
    const socket = connect({ host: '127.0.0.1', port: server.tls_port, servername: 'fal.run', ca: readFileSync(server.ca_file) }, () => {
      const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
      done(createHash('sha256').update(key).digest('base64'));
      socket.destroy();
    });
    socket.once('error', failed);
  });
}

async function runPage(t, config, options) {
  const page = await browser.newPage();
  const console_ = [];
  page.on('console', line => console_.push(line.text()));
  await page.goto(origin);
  const results = await page.evaluate(([config, options]) => window.runPage(config, options), [config, options]);
  assert.ok(results.length > 0);
  for (const { name, ok, failure } of results) {
    await t.test(name, () => assert.ok(ok, `${failure}\n${console_.join('\n')}`));
  }
  await page.close();
}

test('a page with a key, under fal\'s own names', t =>
  runPage(t, { credentials: server.key }, { key: server.key, url: server.url }));

// Its realtime socket goes past the proxy, with a token that the proxy got.
test('a page of a listed origin without any key, through the proxy', t =>
  runPage(t, { proxyUrl: `${server.url}/api/fal/proxy` }));
