// MessagePack, as far as cases need it: JSON's values, and bytes written as {"$bin": "hex"}.

export function encode(value) {
  if (value === null) return Buffer.from([0xc0]);
  if (value === true || value === false) return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(bytes.length, 0xa0, 32, [0xd9, 0xda, 0xdb]), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([head(value.length, 0x90, 16, [null, 0xdc, 0xdd]), ...value.map(encode)]);
  if (typeof value.$bin === 'string') {
    const bytes = Buffer.from(value.$bin, 'hex');
    return Buffer.concat([head(bytes.length, 0, 0, [0xc4, 0xc5, 0xc6]), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([head(entries.length, 0x80, 16, [null, 0xde, 0xdf]), ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

function head(length, fix, fixLimit, [one, two, four]) {
  if (length < fixLimit) return Buffer.from([fix | length]);
  if (one !== null && length < 256) return Buffer.from([one, length]);
  if (length < 65_536) return Buffer.from([two, length >> 8, length & 255]);
  const bytes = Buffer.from([four, 0, 0, 0, 0]);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function number(value) {
  if (Number.isInteger(value) && value >= 0 && value < 128) return Buffer.from([value]);
  if (Number.isInteger(value) && value < 0 && value >= -32) return Buffer.from([256 + value]);
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) { const bytes = Buffer.from([0xd2, 0, 0, 0, 0]); bytes.writeInt32BE(value, 1); return bytes; }
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xcb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

export function decode(bytes) {
  let at = 0;
  const take = length => { if (at + length > bytes.length) throw new Error('msgpack: cut off'); at += length; return at - length; };
  const text = length => bytes.toString('utf8', take(length), at);
  const bin = length => ({ $bin: bytes.toString('hex', take(length), at) });
  const list = length => Array.from({ length }, read);
  const map = length => Object.fromEntries(Array.from({ length }, () => [String(read()), read()]));
  const u8 = () => bytes.readUInt8(take(1)), u16 = () => bytes.readUInt16BE(take(2)), u32 = () => bytes.readUInt32BE(take(4));
  function read() {
    const code = u8();
    if (code < 0x80) return code;
    if (code < 0x90) return map(code & 15);
    if (code < 0xa0) return list(code & 15);
    if (code < 0xc0) return text(code & 31);
    if (code >= 0xe0) return code - 256;
    switch (code) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: return bin(u8());
      case 0xc5: return bin(u16());
      case 0xc6: return bin(u32());
      case 0xca: return bytes.readFloatBE(take(4));
      case 0xcb: return bytes.readDoubleBE(take(8));
      case 0xcc: return u8();
      case 0xcd: return u16();
      case 0xce: return u32();
      case 0xcf: return Number(bytes.readBigUInt64BE(take(8)));
      case 0xd0: return bytes.readInt8(take(1));
      case 0xd1: return bytes.readInt16BE(take(2));
      case 0xd2: return bytes.readInt32BE(take(4));
      case 0xd3: return Number(bytes.readBigInt64BE(take(8)));
      case 0xd9: return text(u8());
      case 0xda: return text(u16());
      case 0xdb: return text(u32());
      case 0xdc: return list(u16());
      case 0xdd: return list(u32());
      case 0xde: return map(u16());
      case 0xdf: return map(u32());
      default: throw new Error(`msgpack: type ${code.toString(16)}`);
    }
  }
  const value = read();
  if (at !== bytes.length) throw new Error('msgpack: bytes after the value');
  return value;
}
