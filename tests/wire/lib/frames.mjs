// A WebSocket's frames after the 101, as lines of a case: `>> text …`, `<< msgpack …`, `<< close 1000`.
import { randomBytes } from 'node:crypto';
import { decode, encode } from './msgpack.mjs';
import { fill, match } from './match.mjs';

const opcodes = { text: 1, msgpack: 2, binary: 2, bytes: 2, close: 8, ping: 9, pong: 10 };
const names = { 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

export function frame(opcode, payload, { masked = true, final = true } = {}) {
  const length = payload.length < 126 ? Buffer.from([payload.length])
    : payload.length < 65_536 ? Buffer.from([126, payload.length >> 8, payload.length & 255])
      : (() => { const bytes = Buffer.alloc(9); bytes[0] = 127; bytes.writeBigUInt64BE(BigInt(payload.length), 1); return bytes; })();
  if (!masked) return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, payload]);
  length[0] |= 0x80;
  const mask = randomBytes(4), hidden = Buffer.from(payload);
  for (let i = 0; i < hidden.length; i++) hidden[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, mask, hidden]);
}

/** Reads one whole message; control frames between its parts are answered or handed up first. */
async function message(wire, deadline, parts = []) {
  for (; ;) {
    const [first, second] = await wire.exactly(2, deadline);
    let length = second & 127;
    if (length === 126) length = (await wire.exactly(2, deadline)).readUInt16BE();
    else if (length === 127) length = Number((await wire.exactly(8, deadline)).readBigUInt64BE());
    if (second & 128) throw new Error('the server masked a frame');
    if (first & 0x70) throw new Error('the server set a reserved bit');
    const payload = Buffer.from(await wire.exactly(length, deadline)), opcode = first & 15;
    // A keep-alive is no part of the conversation.
    if (opcode === 9) { await wire.write(frame(10, payload)); continue; }
    if (opcode >= 8) return { opcode, payload };
    parts.push({ opcode, payload });
    if (first & 0x80) return { opcode: parts[0].opcode, payload: Buffer.concat(parts.map(part => part.payload)) };
  }
}

/** Plays the lines; null when all went as written, else what went wrong. */
export async function play(wire, lines, vars, timeout) {
  for (const line of lines) {
    const [, way, kind, rest] = /^(>>|<<) (\w+\??) ?(.*)$/s.exec(line) ?? [];
    if (!way) return `not a frame: ${line}`;
    if (way === '>>') {
      const text = fill(rest, vars);
      if (kind === 'drop') { wire.close(); return null; }
      await wire.write(frame(opcodes[kind], payload(kind, text)));
      continue;
    }
    if (kind === 'end') {
      try { await wire.end(Date.now() + timeout); } catch (failure) { return `${line}\n      got      ${failure.message}`; }
      continue;
    }
    let got;
    try { got = await message(wire, Date.now() + timeout); } catch (failure) { return `${line}\n      got      ${failure.message}`; }
    const wrong = compare(kind, rest, got, vars);
    if (wrong) return `${line}\n      ${wrong}`;
    if (got.opcode === 8) { try { await wire.write(frame(8, got.payload)); } catch { /* it may be gone already */ } }
  }
  return null;
}

function payload(kind, text) {
  if (kind === 'text') return Buffer.from(text);
  if (kind === 'msgpack') return encode(JSON.parse(text));
  if (kind !== 'close') return Buffer.from(text, 'hex');
  if (!text) return Buffer.alloc(0);
  const [, code, reason] = /^(\d+) ?(.*)$/.exec(text);
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
}

function compare(kind, pattern, got, vars) {
  const shown = show(kind, got);
  if (opcodes[kind] !== got.opcode) return `got      ${names[got.opcode] ?? got.opcode} ${shown}`;
  return match(pattern, shown, vars);
}

function show(kind, { opcode, payload: bytes }) {
  if (opcode === 1) return bytes.toString('utf8');
  if (opcode === 8) return bytes.length < 2 ? '' : `${bytes.readUInt16BE()} ${bytes.toString('utf8', 2)}`.trimEnd();
  if (kind === 'msgpack' && opcode === 2) {
    try { return JSON.stringify(decode(bytes)); } catch (failure) { return `${failure.message}: ${bytes.toString('hex')}`; }
  }
  return bytes.toString(kind === 'bytes' ? 'utf8' : 'hex');
}
