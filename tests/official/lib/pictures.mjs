// Small pictures of every kind that people send, drawn here, and their pixels as sharp decodes them.
import sharp from 'sharp';

const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="72">
  <defs><linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#9cc4ee"/><stop offset="1" stop-color="#e8f0f4"/></linearGradient>
  <radialGradient id="ball" cx=".35" cy=".3"><stop offset="0" stop-color="#ffd9a0"/><stop offset="1" stop-color="#b3401c"/></radialGradient></defs>
  <rect width="96" height="72" fill="url(#sky)"/><rect y="54" width="96" height="18" fill="#d8d2c4"/>
  <circle cx="44" cy="38" r="21" fill="url(#ball)"/><rect x="62" y="40" width="12" height="18" fill="#2d4f7c"/></svg>`;
const picture = () => sharp(Buffer.from(scene), { density: 72 }).removeAlpha();

export const pictures = {
  'rgb.png': () => picture().png().toBuffer(),
  'rgba.png': async () => {
    const { data, info } = await picture().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let y = 0; y < info.height; y++) for (let x = 0; x < info.width; x++) data[(y * info.width + x) * 4 + 3] = x < 8 ? 128 : 255;
    return sharp(data, { raw: info }).png().toBuffer();
  },
  'grey.png': () => picture().toColourspace('b-w').png().toBuffer(),
  'rotated.jpg': async () => sharp(await picture().rotate(90).png().toBuffer()).withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer(),
  'cmyk.jpg': () => picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
};

/** Upright sRGB pixels, 8 bit, three channels: what both sides of a comparison start from. */
export async function pixelsOf(bytes, size) {
  let image = sharp(bytes).rotate().toColourspace('srgb').removeAlpha();
  if (size) image = sharp(await image.png().toBuffer()).resize(size, size, { fit: 'fill', kernel: 'lanczos3' });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { data, width: info.width, height: info.height };
  const rgb = Buffer.alloc(info.width * info.height * 3);
  for (let i = 0; i < info.width * info.height; i++) rgb.fill(data[i * info.channels], i * 3, i * 3 + 3);
  return { data: rgb, width: info.width, height: info.height };
}

/** Interleaved bytes to planes of floats. */
export function planes({ data, width, height }, map) {
  const n = width * height, out = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) for (let c = 0; c < 3; c++) out[c * n + i] = map(data[i * 3 + c] / 255, c);
  return out;
}
