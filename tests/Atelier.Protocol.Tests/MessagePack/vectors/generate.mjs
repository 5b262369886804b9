// Values as two independent implementations of MessagePack write them. Each row: the value as JSON, or its JSON form
// where it has none of its own, and the bytes as hex. Long rows are a length and SHA-256. Versions: package.json.
import { createHash } from 'node:crypto';
import { encode, decode } from '@msgpack/msgpack';
import { Packr } from 'msgpackr';

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });
const text = length => 'x'.repeat(length);
const bytes = length => Uint8Array.from({ length }, (_, i) => i % 256);
const base64 = value => Buffer.from(value).toString('base64');
const nest = depth => depth === 0 ? 1 : [nest(depth - 1)];
const object = count => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
const sha256 = value => createHash('sha256').update(value).digest('hex');
const hex = value => Buffer.from(value).toString('hex');

const own = [ // JSON has these itself: both ways are tested
  null, true, false, 0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER,
  -1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, Number.MIN_SAFE_INTEGER,
  0.5, -1.25, 3.141592653589793, 1e300, 5e-324, '', 'a', text(31), text(32), text(255), text(256),
  'grün 猫 🐈', 'quote " backslash \\ newline \n nul \u0000', [], [1, [2, [3]]], Array(15).fill(0), Array(16).fill(0),
  {}, { prompt: 'a cat', seed: 1, request_id: 'r1' }, { a: { b: [{ c: null }] } }, object(15), object(16), nest(60),
];
const foreign = [ // read only: the second value is the JSON form
  [bytes(0), base64(bytes(0))], [bytes(3), base64(bytes(3))], [bytes(255), base64(bytes(255))], [bytes(256), base64(bytes(256))],
  [{ image: bytes(5), n: 1 }, { image: base64(bytes(5)), n: 1 }], [{ 1: 'x' }, { 1: 'x' }],
  [new Date(0), '1970-01-01T00:00:00Z'], [new Date(1795151732000), '2026-11-20T05:15:32Z'],
  [new Date(1795151732123), '2026-11-20T05:15:32.123Z'], [new Date(-1000), '1969-12-31T23:59:59Z'],
  [NaN, null], [Infinity, null],
];
const long = [ // written only
  ...[65535, 65536].map(length => ({ of: 'string', length, value: text(length) })),
  ...[65535, 65536].map(length => ({ of: 'array', length, value: Array(length).fill(0) })),
  ...[300, 65536].map(length => ({ of: 'map', length, value: object(length) })),
];

const rows = [
  ...own.map(value => {
    const row = { json: JSON.stringify(value), both: true, msgpack: encode(value), msgpackr: packr.pack(value) };
    // What one writes the other must read, else the row proves nothing.
    for (const read of [decode(row.msgpackr), packr.unpack(row.msgpack)]) {
      if (JSON.stringify(read) !== row.json) throw new Error(`they disagree on ${row.json}`);
    }
    return { ...row, msgpack: hex(row.msgpack), msgpackr: hex(row.msgpackr) };
  }),
  ...foreign.map(([value, form]) => ({
    json: JSON.stringify(form), both: false, msgpack: hex(encode(value)), msgpackr: hex(packr.pack(value)),
  })),
  ...long.map(({ of, length, value }) => ({ of, length, sha256: sha256(encode(value)) })),
];
console.log('[\n' + rows.map(row => '  ' + JSON.stringify(row)).join(',\n') + '\n]');
