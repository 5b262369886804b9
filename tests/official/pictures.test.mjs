// fal-ai/rembg and fal-ai/esrgan through the command line, against the same graphs under onnxruntime-node.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import ort from 'onnxruntime-node';
import sharp from 'sharp';
import { atelier, emptyHome } from './lib/cli.mjs';
import { packFile } from './lib/packs.mjs';
import { pictures, pixelsOf, planes } from './lib/pictures.mjs';

let home, folder;
before(async () => {
  home = emptyHome();
  folder = process.env.ATELIER_TEST_PICTURES ?? join(home.home, 'pictures');
  mkdirSync(folder, { recursive: true });
  for (const [name, draw] of Object.entries(pictures)) writeFileSync(join(folder, name), await draw());
});
after(async () => {
  const { code, stderr } = await atelier(['stop'], { env: home.env });
  assert.equal(code, 0, stderr);
  rmSync(home.home, { recursive: true, force: true });
});

const sessions = new Map();
async function session(pack, file) {
  if (!sessions.has(pack)) sessions.set(pack, await ort.InferenceSession.create(packFile(pack, file), { intraOpNumThreads: 2, logSeverityLevel: 3 }));
  return sessions.get(pack);
}

async function generate(model, picture, extra = []) {
  const output = join(folder, `${model.split('/')[1]}-${picture.split('.')[0]}.png`);
  const { code, stdout, stderr } = await atelier(['generate', '--model', model, '--image', join(folder, picture), '--output', output, '--force', ...extra], { env: home.env });
  assert.equal(code, 0, stderr);
  return { output, result: JSON.parse(stdout) };
}

const meanDifference = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

for (const picture of Object.keys(pictures)) {
  test(`fal-ai/rembg cuts ${picture} out as the reference graph does`, async t => {
    const bytes = readFileSync(join(folder, picture));
    const whole = await pixelsOf(bytes);
    const net = await session('u2netp', 'u2netp.onnx');
    const small = await pixelsOf(bytes, 320);
    const mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
    const peak = small.data.reduce((most, value) => Math.max(most, value), 1) / 255;
    const input = planes(small, (value, c) => (value / peak - mean[c]) / deviation[c]);
    const raw = (await net.run({ [net.inputNames[0]]: new ort.Tensor('float32', input, [1, 3, 320, 320]) }))[net.outputNames[0]].data;
    const [low, high] = raw.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    const mask = await sharp(Buffer.from(raw.map(value => (value - low) / (high - low) * 255)), { raw: { width: 320, height: 320, channels: 1 } })
      .resize(whole.width, whole.height, { fit: 'fill', kernel: 'lanczos3' }).toColourspace('b-w').raw().toBuffer();

    const { output, result } = await generate('fal-ai/rembg', picture);
    assert.deepEqual([result.image.width, result.image.height], [whole.width, whole.height]);
    const { data, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true });
    assert.equal(info.channels, 4);
    const alpha = Uint8Array.from({ length: whole.width * whole.height }, (_, i) => data[i * 4 + 3]);
    let both = 0, either = 0;
    for (let i = 0; i < alpha.length; i++) {
      both += alpha[i] > 127 && mask[i] > 127 ? 1 : 0;
      either += alpha[i] > 127 || mask[i] > 127 ? 1 : 0;
    }
    const difference = meanDifference(alpha, mask), iou = both / either;
    t.diagnostic(`${picture}: mask IoU ${iou.toFixed(4)}, mean difference ${difference.toFixed(3)}/255, ${(100 * both / alpha.length).toFixed(0)} % kept`);
    assert.ok(both > 0, 'the reference keeps nothing: the picture tests nothing');
    assert.ok(iou >= 0.99, `IoU ${iou}`);
    assert.ok(difference <= 1, `mean difference ${difference}/255`);
  });

  test(`fal-ai/esrgan enlarges ${picture} as the reference graph does`, async t => {
    const whole = await pixelsOf(readFileSync(join(folder, picture)));
    const net = await session('realesrgan-x4plus', 'model.onnx');
    const input = planes(whole, value => value);
    const raw = (await net.run({ [net.inputNames[0]]: new ort.Tensor('float32', input, [1, 3, whole.height, whole.width]) }))[net.outputNames[0]].data;

    const { output, result } = await generate('fal-ai/esrgan', picture, ['--extra-json', '{"scale":4}']);
    assert.deepEqual([result.image.width, result.image.height], [whole.width * 4, whole.height * 4]);
    const { data, info } = await sharp(output).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const n = info.width * info.height;
    let sum = 0;
    for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) {
      sum += Math.abs(data[i * info.channels + Math.min(c, info.channels - 1)] - Math.max(0, Math.min(255, raw[c * n + i] * 255)));
    }
    const difference = sum / (3 * n);
    t.diagnostic(`${picture}: mean difference ${difference.toFixed(3)}/255 over ${info.width}x${info.height}`);
    assert.ok(difference <= 1, `mean difference ${difference}/255`);
  });
}

const refusals = [
  ['a text file', 'image_load_error', async () => Buffer.from('this is no picture')],
  ['a truncated picture', 'image_load_error', async () => (await pictures['rgb.png']()).subarray(0, 60)],
  ['a picture of 30 000 pixels a side', 'image_too_large', async () => bomb(30_000, 30_000)],
  ['a HEIC file', 'unsupported_image_format', async () => Buffer.from('AAAAGGZ0eXBoZWljAAAAAGhlaWNtaWYx', 'base64')],
];
for (const [what, type, make] of refusals) {
  test(`${what} is refused by its header: 422 ${type}`, async () => {
    const path = join(folder, 'bad.bin');
    writeFileSync(path, await make());
    const { code, stderr } = await atelier(['generate', '--model', 'fal-ai/rembg', '--image', path, '--json'], { env: home.env });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /image_url/);
    assert.match(stderr, new RegExp(type === 'image_too_large' ? 'pixels' : 'formats'));
  });
}

/** A PNG whose header promises a huge picture, with next to nothing behind it. */
function bomb(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, content) {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  content.copy(bytes, 8);
  bytes.writeUInt32BE(crc(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}
