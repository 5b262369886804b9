// Named placeholders: {{uuid}} stands for any request id, {{uuid:id}} keeps it as {{id}} for the rest of the case.
import { createHash } from 'node:crypto';

const kinds = {
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)',
  offset_time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?[+-]\\d\\d:\\d\\d',
  int: '-?\\d+',
  number: '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
  text: '[^"\\r\\n]*',
  string: '"(?:[^"\\\\]|\\\\.)*"',
  word: '[^\\s"]+',
  url: 'https?://[^\\s"]+',
  hex: '[0-9a-f]+',
  token: '[A-Za-z0-9_.~+/=-]+',
  bool: '(?:true|false)',
  list: '\\[[\\s\\S]*\\]',
  object: '\\{[\\s\\S]*\\}',
  any: '[\\s\\S]*',
  some: '[\\s\\S]+',
  line: '[^\\n]*',
};

const escape = text => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** The pattern in pieces; each is a literal or a placeholder, as a regular expression's source. */
function pieces(pattern, vars) {
  const seen = new Set();
  return pattern.split(/(\{\{[^{}]+\}\})/).filter(Boolean).map(piece => {
    const inner = /^\{\{([^{}]+)\}\}$/.exec(piece)?.[1];
    if (inner === undefined) return { shown: piece, source: escape(piece) };
    const [kind, name] = inner.split(':');
    if (seen.has(inner)) return { shown: piece, source: `\\k<${inner}>` };
    if (!kinds[kind] || (name && name in vars)) return { shown: piece, source: escape(value(name ? name : inner, vars)) };
    if (!name) return { shown: piece, source: kinds[kind] };
    if (seen.has(name)) return { shown: piece, source: `\\k<${name}>` };
    seen.add(name);
    return { shown: piece, source: `(?<${name}>${kinds[kind]})` };
  });
}

/** Fills `{{name}}` from captures and built-ins; `{{u.path}}`, `{{u.query}}`, `{{u.host}}` take parts of a URL. */
export function fill(text, vars) {
  return text.replace(/\{\{([^{}]+)\}\}/g, (_, name) => value(name, vars));
}

function value(name, vars) {
  if (name in vars) return vars[name];
  const [of, how] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
  if (of in vars) {
    const whole = vars[of];
    switch (how) {
      case 'encoded': return encodeURIComponent(whole);
      case 'sha256': return createHash('sha256').update(whole).digest('hex');
      case 'path': return new URL(whole).pathname;
      case 'query': return new URL(whole).search;
      case 'host': return new URL(whole).host;
      case 'target': { const url = new URL(whole); return url.pathname + url.search; }
      case 'json': return JSON.stringify(whole).slice(1, -1);
    }
  }
  throw new Error(`{{${name}}} is neither captured before nor built in`);
}

/** Null when the text matches; else a sentence that shows where it stops matching. Captures go into `vars`. */
export function match(pattern, text, vars) {
  const list = pieces(pattern, vars);
  const found = new RegExp(`^${list.map(piece => piece.source).join('')}$`).exec(text);
  if (found) {
    Object.assign(vars, found.groups ?? {});
    return null;
  }
  let good = 0, at = 0;
  for (let count = 1; count <= list.length; count++) {
    const part = new RegExp(`^${list.slice(0, count).map(piece => piece.source).join('')}`).exec(text);
    if (!part) break;
    good = count;
    at = part[0].length;
  }
  const wanted = list[good];
  if (!wanted) return `after its end came more: ${shorten(text.slice(at))}`;
  // Within a literal, go on to the very character.
  let same = 0;
  const literal = wanted.source === escape(wanted.shown) ? wanted.shown : null;
  while (literal && same < literal.length && literal[same] === text[at + same]) same++;
  const before = text.slice(Math.max(0, at + same - 40), at + same);
  return `after …${JSON.stringify(before)}\n      expected ${shorten(literal ? literal.slice(same) : wanted.shown)}\n      got      ${shorten(text.slice(at + same))}`;
}

function shorten(text) {
  const shown = JSON.stringify(text);
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}

/**
 * The shape of an answer as traces have it: every key is there with a value of that kind; more keys may come.
 * `"string"`, `"number"`, `"boolean"`, `"any"` name kinds; other strings, numbers and booleans are meant as they are.
 */
export function shape(wanted, got, at = '$') {
  if (wanted === 'any') return null;
  if (['string', 'number', 'boolean'].includes(wanted)) return typeof got === wanted ? null : `${at} should be a ${wanted}: ${shorten(JSON.stringify(got) ?? 'nothing')}`;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got)) return `${at} should be a list: ${shorten(JSON.stringify(got) ?? 'nothing')}`;
    return wanted.length && !got.length ? `${at} is empty` : wanted.length ? shape(wanted[0], got[0], `${at}[0]`) : null;
  }
  if (wanted && typeof wanted === 'object') {
    if (!got || typeof got !== 'object' || Array.isArray(got)) return `${at} should be an object: ${shorten(JSON.stringify(got) ?? 'nothing')}`;
    for (const [key, kind] of Object.entries(wanted)) {
      if (!(key in got)) return `${at}.${key} is missing`;
      const wrong = shape(kind, got[key], `${at}.${key}`);
      if (wrong) return wrong;
    }
    return null;
  }
  return wanted === got ? null : `${at} should be ${JSON.stringify(wanted)}: ${shorten(JSON.stringify(got) ?? 'nothing')}`;
}
