// Moonshine base (English) under onnxruntime-node: an independent ear. Raw 16 kHz in, greedy decoding, no timestamps.
import ort from 'onnxruntime-node';
import tokenizer from 'llama-tokenizer-js';
import { packFile } from './packs.mjs';

const Layers = 8, Heads = 8, HeadSize = 52, Start = 1, End = 2;

/** 16-bit mono PCM of a WAV file, as floats at 16 kHz. */
export function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = at => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (text(0) !== 'RIFF' || text(8) !== 'WAVE') throw new Error('no WAV file');
  let rate = 0, samples;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (text(at) === 'fmt ') rate = view.getUint32(at + 12, true);
    if (text(at) === 'data') samples = Float32Array.from({ length: size / 2 }, (_, i) => view.getInt16(at + 8 + 2 * i, true) / 32768);
    at += 8 + size + (size & 1);
  }
  const length = Math.floor(samples.length * 16_000 / rate);
  return { rate, seconds: samples.length / rate, samples, pcm16k: Float32Array.from({ length }, (_, i) => {
    const at = i * rate / 16_000, low = Math.floor(at), share = at - low;
    return samples[low] * (1 - share) + (samples[low + 1] ?? 0) * share;
  }) };
}

let sessions;
export async function recognise(pcm) {
  sessions ??= await Promise.all(['encoder.onnx', 'decoder.onnx'].map(file =>
    ort.InferenceSession.create(packFile('moonshine-base', file), { intraOpNumThreads: 2, logSeverityLevel: 3 })));
  const [encoder, decoder] = sessions;
  const hidden = (await encoder.run({ input_values: new ort.Tensor('float32', pcm, [1, pcm.length]) })).last_hidden_state;
  const past = {};
  for (let layer = 0; layer < Layers; layer++) for (const side of ['decoder', 'encoder']) for (const part of ['key', 'value']) {
    past[`past_key_values.${layer}.${side}.${part}`] = new ort.Tensor('float32', new Float32Array(0), [0, Heads, 1, HeadSize]);
  }
  const tokens = [Start];
  // Six tokens a second is the model's own bound.
  for (let step = 0, most = Math.ceil(pcm.length / 16_000 * 6) + 5; step < most; step++) {
    const result = await decoder.run({
      input_ids: new ort.Tensor('int64', BigInt64Array.of(BigInt(tokens.at(-1))), [1, 1]),
      encoder_hidden_states: hidden, use_cache_branch: new ort.Tensor('bool', [step > 0], [1]), ...past,
    });
    const logits = result.logits.data;
    let best = 0;
    for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    if (best === End) break;
    tokens.push(best);
    for (const name in past) {
      if (step === 0 || name.includes('.decoder.')) past[name] = result[name.replace('past_key_values', 'present')];
    }
  }
  return tokenizer.decode(tokens.slice(1), false, true);
}

/** How many of the wanted words were heard, whatever their case and punctuation. */
export function wordsHeard(wanted, heard) {
  const words = text => text.toLowerCase().match(/[a-z']+/g) ?? [];
  const left = words(heard);
  return words(wanted).filter(word => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
}
