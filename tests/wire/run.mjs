#!/usr/bin/env node
// The conformance suite: plays every case of cases/*.http against a server. README.md tells how to point it elsewhere.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkCoverage, readTable } from './lib/coverage.mjs';
import { parseCases } from './lib/parse.mjs';
import { playCase } from './lib/play.mjs';
import { appFlags, openServer } from './lib/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string' }, key: { type: 'string' }, only: { type: 'string' }, verbose: { type: 'boolean' }, coverage: { type: 'boolean' } },
});

const all = readdirSync(join(here, 'cases')).filter(name => name.endsWith('.http')).sort().map(name => parseCases(join(here, 'cases', name)));
const files = all.filter(file => !wanted.length || wanted.includes(file.name));
let passed = 0, failed = 0, left = 0;

if (!wanted.length && !options.only) {
  const { problems, pairs, routes } = checkCoverage(readTable(join(here, 'coverage.md')), all);
  problems.forEach(problem => console.log(`✗ ${problem}`));
  console.log(`coverage: ${pairs} pairs of route and status on ${routes} routes, ${problems.length} problems\n`);
  if (problems.length) failed++; else passed++;
}

if (!options.coverage) {
  await suite();
}
console.log(`\n${left ? `${left} cases need a server of their own and were left out\n` : ''}${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

async function suite() {
  const common = files.filter(file => !file.settings);
  if (common.length) {
    const server = await openServer({ ...options, flags: options.url ? [] : appFlags() });
    await Promise.all(lanes(common, 4).map(async lane => { for (const file of lane) await playFile(file, server); }));
    await server.stop();
  }
  for (const file of files.filter(each => each.settings)) {
    if (options.url) { left += file.cases.length; continue; }
    const server = await openServer({ flags: [...appFlags(), ...file.settings] });
    await playFile(file, server);
    await server.stop();
  }
}

/** Files run beside one another, cases of a file in order. */
function lanes(list, count) {
  return Array.from({ length: count }, (_, i) => list.filter((_, at) => at % count === i));
}

async function playFile(file, server) {
  const lines = [];
  let good = 0, count = 0;
  for (const one of file.cases) {
    if (options.only && !one.name.includes(options.only)) continue;
    count++;
    const started = Date.now();
    const wrong = await playCase(one, server);
    if (wrong) {
      failed++;
      lines.push(`  ✗ ${file.name}.http:${wrong.step.line} ${one.name}\n    ${wrong.step.request}\n    ${wrong.text}`);
    } else {
      good++;
      passed++;
      if (options.verbose) lines.push(`  ✓ ${one.name} (${Date.now() - started} ms)`);
    }
  }
  console.log(`${file.name}: ${good}/${count}${lines.length ? `\n${lines.join('\n')}` : ''}`);
}
