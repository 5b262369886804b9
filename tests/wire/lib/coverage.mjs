// Holds coverage.md and the cases to each other: every listed pair of route and status has a case, and no case an unlisted one.
import { readFileSync } from 'node:fs';

// Names of fal's hosts that mean one service, as the protocol pages have them.
const services = {
  'fal.run': 'fal.run', 'falrun.com': 'fal.run', 'queue.fal.run': 'queue.fal.run', 'queue.falrun.com': 'queue.fal.run', 'ws.fal.run': 'ws.fal.run',
  'rest.fal.ai': 'rest.fal.ai', 'rest.alpha.fal.ai': 'rest.fal.ai', 'v3.fal.media': 'v3.fal.media', 'v3b.fal.media': 'v3.fal.media',
  'v2.fal.media': 'v3.fal.media', 'fal.media': 'v3.fal.media', 'api.fal.ai': 'api.fal.ai', 'fal.ai': 'fal.ai',
};

/** The rows of the table: `| METHOD /route | 200 400 | what |`. A code in brackets is told why it has no case. */
export function readTable(path) {
  return readFileSync(path, 'utf8').split('\n').flatMap(line => {
    const row = /^\| `([A-Z]+) ([^`]+)` \| ([^|]+) \|/.exec(line);
    if (!row) return [];
    const [, method, route, codes] = row;
    const source = route.split(/(\{[a-z_]+\*?\})/).map(part =>
      /^\{[a-z_]+\*\}$/.test(part) ? '.+' : /^\{/.test(part) ? '[^/]+' : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')).join('');
    return [{ method, route, pattern: new RegExp(`^${source}$`), codes: codes.trim().split(/\s+/).filter(code => /^\d+$/.test(code)) }];
  });
}

/** The service and path that a step's request means. */
export function routeOf(step) {
  const [method, target] = step.request.split(' ');
  const header = name => step.headers.find(line => line.toLowerCase().startsWith(`${name}:`))?.split(/:(.*)/s)[1].trim();
  let path = target.replace(/\?.*$/s, '');
  if (header('upgrade') || step.marks.includes('websocket')) return { method: 'WS', path: canonical(path, header('host')) };
  if (path === '/api/fal/proxy') return { method, path };
  return { method, path: canonical(path, header('host')) };
}

function canonical(path, host) {
  if (host && services[host.toLowerCase()]) return `/${services[host.toLowerCase()]}${path}`;
  const first = path.split('/')[1] ?? '';
  if (services[first]) return `/${services[first]}${path.slice(first.length + 1)}`;
  if (/^v1(\/|$)/.test(first + path.slice(first.length + 1))) return `/api.fal.ai${path}`;
  return path;
}

/** Problems, one a line; empty when table and cases agree. */
export function checkCoverage(table, files) {
  const seen = new Set(), problems = [];
  for (const file of files) {
    for (const one of file.cases) {
      for (const step of one.steps) {
        if (!step.answer) continue;
        const { method, path } = routeOf(step);
        const row = table.find(each => each.method === method && each.pattern.test(path));
        const code = step.answer.status.split(' ')[0];
        if (!row) problems.push(`${file.name}.http:${step.line}: ${method} ${path} is no route of coverage.md`);
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
