// Every official JavaScript client, by every way it can be pointed here, over everything that clients were seen to do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { appFlags } from '../wire/lib/server.mjs';
import { clients, others } from './lib/clients.mjs';
import { runInFalNetwork } from './lib/fal-network.mjs';
import { startServer } from './lib/server.mjs';

const scenarios = name => fileURLToPath(new URL(`./scenarios/${name}`, import.meta.url));
const node = ['--experimental-websocket', '--no-warnings'];
const rows = new Map(), columns = [];
let server;
before(async () => { server = await startServer({ flags: appFlags() }); });
after(async () => {
  console.error(`\n${table()}\n`);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  server.remove();
});

for (const [name, { script = 'matrix.mjs', ways, defects }] of Object.entries({ ...clients, ...others })) {
  for (const way of ways) {
    const column = `${name}, ${way}`;
    test(column, async t => {
      columns.push(column);
      const { results, stderr } = way === 'hosts'
        ? await runInFalNetwork(scenarios(script), { client: name, node, env: { FAL_WAY: way }, flags: appFlags() })
        : await runHere(scenarios(script), name, way);
      assert.ok(results.length > 0, `nothing ran: ${stderr}`);
      for (const { name: scenario, ok, failure } of results) {
        rows.set(scenario, { ...rows.get(scenario), [column]: ok ? 'ok' : defects[scenario] ? 'def' : 'BAD' });
        await t.test(scenario, () => assert.ok(ok || defects[scenario], failure));
      }
    });
  }
}

/** The script beside a server of this network. */
async function runHere(script, name, way) {
  const child = spawn(process.execPath, [...node, script], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FAL_CLIENT: name, FAL_WAY: way, ATELIER_URL: server.url, FAL_KEY: server.key },
  });
  let stdout = '', stderr = '';
  child.stdout.on('data', chunk => { stdout += chunk; });
  child.stderr.on('data', chunk => { stderr += chunk; });
  await new Promise(done => child.once('close', done));
  return { stderr, results: stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line)) };
}

/** What was shown, readable: a row a scenario, a column a client and way. */
function table() {
  const width = Math.max(...[...rows.keys()].map(scenario => scenario.length));
  const heads = columns.map((column, at) => `${String(at + 1).padStart(2)} ${column}`);
  const body = [...rows].map(([scenario, cells]) => `${scenario.padEnd(width)}  ${columns.map(column => (cells[column] ?? '·').padStart(3)).join(' ')}`);
  const known = Object.entries({ ...clients, ...others }).flatMap(([name, { defects }]) =>
    Object.entries(defects).map(([scenario, why]) => `defect of ${name}: ${scenario}: ${why}`));
  return [...heads, '', `${''.padEnd(width)}  ${columns.map((_, at) => String(at + 1).padStart(3)).join(' ')}`, ...body, '',
    'ok: as it should be; · : the client has no such feature, or the way does not carry it; def: the client breaks it itself; BAD: a failure', ...known].join('\n');
}
