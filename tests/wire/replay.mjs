#!/usr/bin/env node
// Replays what official clients were seen to send (traces/*.http) and holds each answer to its status, headers and shape.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseCases } from './lib/parse.mjs';
import { playCase } from './lib/play.mjs';
import { appFlags, openServer } from './lib/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true, options: { url: { type: 'string' }, key: { type: 'string' }, only: { type: 'string' }, verbose: { type: 'boolean' } },
});

const files = readdirSync(join(here, 'traces')).filter(name => name.endsWith('.http')).sort()
  .map(name => parseCases(join(here, 'traces', name))).filter(file => !wanted.length || wanted.includes(file.name));
const scenarios = files.flatMap(file => file.cases).filter(one => !options.only || one.name.includes(options.only));
for (const step of scenarios.flatMap(one => one.steps)) {
  if (!/\{\{/.test(step.answer.body ?? '')) step.marks.push('shape');
}

const server = await openServer({ ...options, flags: options.url ? [] : appFlags() });
let passed = 0, failed = 0, requests = 0;
// The recorded models are shared: what counts its calls is asked by one client at a time.
const counted = scenarios.filter(one => one.name.includes('retry')), others = scenarios.filter(one => !one.name.includes('retry'));
await Promise.all([counted.sort((a, b) => a.name < b.name ? 1 : -1), ...lanes(others, 6)].map(async lane => { for (const one of lane) await replay(one); }));
await server.stop();
console.log(`\n${requests} requests of ${scenarios.length} recorded scenarios\n${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function lanes(list, count) {
  return Array.from({ length: count }, (_, i) => list.filter((_, at) => at % count === i));
}

async function replay(one) {
  const wrong = await playCase(one, server);
  requests += one.steps.length;
  if (wrong) {
    failed++;
    console.log(`✗ ${one.file.name}.http:${wrong.step.line} ${one.name}\n    ${wrong.step.request}\n    ${wrong.text}`);
  } else {
    passed++;
    if (options.verbose) console.log(`✓ ${one.file.name} ${one.name}`);
  }
}
