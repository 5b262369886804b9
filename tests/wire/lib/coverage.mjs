// Holds coverage.md and the cases to each other: every listed pair of route and status has a case, and no case an unlisted one.
import { readFileSync } from 'node:fs';

// Names of fal's hosts that mean one service, as the protocol pages have them.
const services = {
  'fal.run': 'fal.run', 'falrun.com': 'fal.run', 'queue.fal.run': 'queue.fal.run', 'queue.falrun.com': 'queue.fal.run', 'ws.fal.run': 'ws.fal.run',
  'rest.fal.ai': 'rest.fal.ai', 'rest.alpha.fal.ai': 'rest.fal.ai', 'v3.fal.media': 'v3.fal.media', 'v3b.fal.media': 'v3.fal.media',
  'v2.fal.media': 'v3.fal.media', 'fal.media': 'v3.fal.media', 'api.fal.ai': 'api.fal.ai', 'fal.ai': 'fal.ai',
};

// Addresses that an answer gave: what is at them is a route of its own.
const given = { file: '{file_url}', signed: '{signed_url}', upload: '{upload_url}', part: '{part_url}' };

// Statuses that every route answers alike: another method, another host, no good HTTP.
const everywhere = new Set(['405', '421', '431', '505']);

/** The rows of the table: `| METHOD /route | 200 400 | what |`. */
export function readTable(path) {
  return readFileSync(path, 'utf8').split('\n').flatMap(line => {
    const row = /^\| `([A-Z*]+) ([^`]+)` \| ([^|]+) \|/.exec(line);
    if (!row) return [];
    const [, method, route, codes] = row;
    const source = route.replace(/^\{(file|signed|upload|part)_url\}/, '<$1>').split(/(\{[a-z_]+\*?\})/).map(part =>
      /^\{[a-z_]+\*\}$/.test(part) ? '.+' : /^\{/.test(part) ? '[^/]+' : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('');
    return [{
      method, route, weight: route.replace(/\{[^}]*\}/g, '').length, codes: codes.trim().split(/\s+/),
      pattern: new RegExp(`^${source.replace(/<(\w+)>/, (_, name) => `\\{${name}_url\\}`)}$`),
    }];
  }).sort((a, b) => b.weight - a.weight);
}

/** The service and path that a step's request means. */
function routeOf(step, code) {
  const [verb, target] = step.request.split(' ');
  if (everywhere.has(code)) return { method: '*', path: '/{path*}' };
  if (verb === 'OPTIONS') return { method: verb, path: '/{path*}' };
  const header = name => step.headers.find(line => line.toLowerCase().startsWith(`${name}:`))?.split(/:(.*)/s)[1].trim();
  const socket = header('upgrade') || step.marks.includes('websocket');
  return { method: socket ? 'WS' : verb, path: canonical(target.replace(/\?.*$/s, ''), header('host')) };
}

function canonical(path, host) {
  const address = /^(?:\/[a-z0-9.]+)?\{\{(\w+)\.(?:target|path)\}\}(.*)$/.exec(path);
  if (address && given[address[1]]) return given[address[1]] + address[2].replace(/\{\{[^}]*\}\}x?$/, '').replace(/^x$/, '');
  path = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  const own = host?.toLowerCase().replace(/:\d+$/, '');
  if (own && services[own]) return `/${services[own]}${path}`;
  const first = path.split('/')[1], rest = path.slice(first.length + 1);
  if (services[first]) return `/${services[first]}${rest}`;
  if (first === 'v1') return `/api.fal.ai${path}`;
  if (['storage', 'tokens', '.well-known'].includes(first)) return `/rest.fal.ai${path}`;
  if (first === 'api' && path !== '/api/fal/proxy') return `/fal.ai${path}`;
  if (['health', 'metrics', 'api'].includes(first)) return path;
  return path.includes('/requests/') ? `/queue.fal.run${path}` : `/fal.run${path}`;
}

/** Problems, one a line; empty when table and cases agree. */
export function checkCoverage(table, files) {
  const seen = new Set(), problems = [];
  for (const file of files) {
    for (const one of file.cases) {
      for (const step of one.steps) {
        if (!step.answer) continue;
        const code = step.answer.status.split(' ')[0];
        const { method, path } = routeOf(step, code);
        const row = table.find(each => each.method === method && (each.pattern.test(path) || each.route === path));
        if (!row) problems.push(`${file.name}.http:${step.line}: ${method} ${path} is no route of coverage.md (${code})`);
        else if (!row.codes.includes(code)) problems.push(`${file.name}.http:${step.line}: ${row.method} ${row.route} has no ${code} in coverage.md`);
        else seen.add(`${row.method} ${row.route} ${code}`);
      }
    }
  }
  let pairs = 0;
  for (const row of table) {
    for (const code of row.codes) {
      pairs++;
      if (!seen.has(`${row.method} ${row.route} ${code}`)) problems.push(`coverage.md: ${row.method} ${row.route} ${code} has no case`);
    }
  }
  return { problems, pairs, routes: table.length };
}
