// Way E: fal's own host names, our authority, and not one line of the client's code changed (docs/clients.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInFalNetwork } from './lib/fal-network.mjs';

const scenario = name => fileURLToPath(new URL(`./scenarios/${name}`, import.meta.url));

test('@fal-ai/client 1.10.1 without any change, under fal\'s own host names', async t => {
  const run = await runInFalNetwork(scenario('zero-change.mjs'), { node: ['--experimental-websocket'] });
  assert.ok(run.results.length > 0, `nothing ran: ${run.stdout}${run.stderr}`);
  for (const { name, ok, failure } of run.results) {
    await t.test(name, () => assert.ok(ok, failure));
  }
  assert.equal(run.code, 0, run.stderr);
});

test('a client that does not know the authority refuses the connection, and one without a key gets 401', async () => {
  const { code, stdout, stderr } = await runInFalNetwork(scenario('distrust.mjs'));
  assert.equal(code, 0, stdout + stderr);
});

test('atelier env --check agrees, and names what is missing', async () => {
  const { code, stdout, stderr } = await runInFalNetwork(scenario('env.mjs'));
  assert.equal(code, 0, stdout + stderr);
});
