// Plays one case against a server: each request byte for byte, each answer compared as the file has it.
import { randomBytes } from 'node:crypto';
import { fill, match, shape } from './match.mjs';
import { play as playFrames } from './frames.mjs';
import { readAnswer, Wire } from './socket.mjs';

const timeout = 20_000;

// What nearly every request begins with, so that a case shows what is its own.
const blocks = {
  open: ['Host: {{host}}'],
  key: ['Host: {{host}}', 'Authorization: Key {{key}}'],
  json: ['Host: {{host}}', 'Authorization: Key {{key}}', 'Content-Type: application/json', 'Content-Length: {{length}}'],
  api: ['Host: {{host}}', 'Authorization: Key {{api_key}}'],
  websocket: ['Host: {{host}}', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
};

/** Null when every step went as written; else { step, text }. */
export async function playCase(one, server) {
  const vars = {
    url: server.url, host: new URL(server.url).host, key: server.key, api_key: server.apiKey ?? server.key,
    unique: randomBytes(8).toString('hex'), dollar: '$', ...server.vars,
  };
  const open = [];
  try {
    for (const step of one.steps) {
      const wrong = await playStep(step, vars, server, open);
      if (wrong) return { step, text: wrong };
    }
    return null;
  } finally {
    open.forEach(wire => wire.close());
  }
}

async function playStep(step, vars, server, open) {
  const end = Date.now() + timeout;
  for (let wait = 5; ;) {
    const trial = { ...vars };
    let wrong;
    try {
      wrong = await exchange(step, trial, server, end, open);
    } catch (failure) {
      wrong = failure.message;
    }
    if (!wrong) {
      Object.assign(vars, trial);
      return null;
    }
    // "Sooner or later" asks again, as clients do; only the deadline makes it a failure.
    if (!step.answer?.eventually || Date.now() > end) return wrong;
    await new Promise(done => setTimeout(done, wait));
    wait = Math.min(wait * 2, 200);
  }
}

export function bytesOf(step, vars) {
  let headers = [], body = step.body === null ? Buffer.alloc(0) : Buffer.from(fill(step.body, vars)), cut = null;
  for (const mark of step.marks) {
    const [name, ...values] = mark.split(' ');
    if (step.blocks[name] ?? blocks[name]) headers.push(...step.blocks[name] ?? blocks[name]);
    else if (name === 'fill') body = Buffer.alloc(Number(values[0]), Number(values[1] ?? 1));
    else if (name === 'word') body = Buffer.from(JSON.stringify({ prompt: 'w'.repeat(Number(values[0])) }));
    else if (name === 'hex') body = Buffer.from(values.join(''), 'hex');
    else if (name === 'nested') body = Buffer.from('['.repeat(Number(values[0])) + ']'.repeat(Number(values[0])));
    else if (name === 'pad') headers.push(`X-Padding: ${'p'.repeat(Number(values[0]))}`);
    else if (name === 'cut') cut = Number(values[0]);
    else if (!['background', 'shape'].includes(name)) throw new Error(`line ${step.line}: @${name} is unknown`);
  }
  const own = new Set(step.headers.map(line => line.split(':')[0].toLowerCase()));
  headers = headers.filter(line => !own.has(line.split(':')[0].toLowerCase()));
  const all = { ...vars, length: String(body.length) };
  const head = [step.request, ...headers, ...step.headers].map(line => fill(line, all)).join('\r\n');
  if (/^transfer-encoding: *chunked$/im.test(head)) {
    body = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
  }
  const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'utf8'), body]);
  return cut === null ? bytes : bytes.subarray(0, bytes.length - cut);
}

async function exchange(step, vars, server, deadline, open) {
  if (step.request.startsWith('HANGUP ')) {
    open.forEach(wire => wire.close());
    return null;
  }
  const wire = await Wire.open(server.url);
  try {
    const sent = wire.write(bytesOf(step, vars));
    if (step.marks.includes('background')) {
      await sent;
      open.push(wire);
      return null;
    }
    const hangUp = step.answer.body?.endsWith('{{hang up}}');
    const pattern = hangUp ? step.answer.body.slice(0, -'{{hang up}}'.length).trimEnd() : step.answer.body;
    const answer = await readAnswer(wire, step.request.split(' ')[0], deadline,
      hangUp ? body => match(`${pattern}{{any}}`, body, { ...vars }) === null : undefined);
    return differences(step, answer, hangUp ? `${pattern}{{any}}` : pattern, vars)
      ?? (step.answer.frames.length ? await playFrames(wire, step.answer.frames, vars, timeout) : null);
  } finally {
    if (!open.includes(wire)) wire.close();
  }
}

function differences(step, answer, pattern, vars) {
  const found = [];
  if (match(step.answer.status, answer.statusLine, vars)) found.push(`status expected ${step.answer.status}, got ${answer.statusLine}`);
  for (const line of step.answer.headers) {
    const absent = line.startsWith('!');
    const name = (absent ? line.slice(1) : line.split(':')[0]).trim().toLowerCase();
    const got = answer.headers.get(name);
    if (absent) {
      if (got !== undefined) found.push(`header ${name} should not be there: ${got}`);
    } else if (got === undefined) {
      found.push(`header ${name} is missing`);
    } else {
      const wrong = match(line.slice(line.indexOf(':') + 1).trim(), got, vars);
      if (wrong) found.push(`header ${name} ${wrong}`);
    }
  }
  const body = answer.body.toString('utf8');
  // An event stream ends with the blank line of its last event.
  const text = /event-stream/.test(answer.headers.get('content-type') ?? '') ? body.trimEnd() : body;
  if (step.answer.frames.length) return found.length ? describe(found, answer) : null;
  if (pattern === '{{broken}}') {
    if (!answer.broken) found.push('the body should break off, and it came to its end');
  } else if (step.marks.includes('shape')) {
    const wrong = shapeOf(pattern, answer, text);
    if (wrong) found.push(`body ${wrong}`);
  } else {
    if (answer.broken && !pattern?.endsWith('{{broken}}')) found.push(`the body broke off: ${answer.broken}`);
    const wrong = match((pattern ?? '').replace(/\{\{broken\}\}$/, ''), text, vars);
    if (wrong) found.push(`body ${wrong}`);
  }
  return found.length ? describe(found, answer) : null;
}

function shapeOf(pattern, answer, text) {
  if (pattern === null) return null;
  const json = /event-stream/.test(answer.headers.get('content-type') ?? '')
    ? text.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5)).at(-1) ?? '' : text;
  try {
    return shape(JSON.parse(pattern), JSON.parse(json));
  } catch (failure) {
    return `${failure.message}: ${text.slice(0, 200)}`;
  }
}

function describe(found, answer) {
  const text = found.join('\n    ');
  return answer.body.length && !/body /.test(text) ? `${text}\n    body ${JSON.stringify(answer.body.toString('utf8').slice(0, 300))}` : text;
}
