// The README's command: from nothing to a WAV that an independent recogniser understands.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { atelier, emptyHome } from './lib/cli.mjs';
import { readWav, recognise, wordsHeard } from './lib/recogniser.mjs';

const Sentence = 'The quick brown fox jumps over the lazy dog.';
let home;
before(() => { home = emptyHome(); });
after(async () => {
  const { code, stderr } = await atelier(['stop'], { env: home.env });
  assert.equal(code, 0, stderr);
  rmSync(home.home, { recursive: true, force: true });
});

for (const [model, voice] of [['american-english', 'af_heart'], ['british-english', 'bf_emma']]) {
  test(`./atelier generate --model fal-ai/kokoro/${model} speaks, and is understood`, async t => {
    const wav = join(home.home, `${voice}.wav`);
    const started = performance.now();
    const { code, stdout, stderr } = await atelier(['generate', '--model', `fal-ai/kokoro/${model}`, '--prompt', Sentence,
      '--extra-json', JSON.stringify({ voice }), '--output', wav], { env: home.env });
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout);
    assert.equal(result.audio.content_type, 'audio/wav');
    assert.equal(result.audio.file_size, statSync(wav).size);
    const audio = readWav(readFileSync(wav));
    assert.equal(audio.rate, 24_000);
    const heard = await recognise(audio.pcm16k);
    t.diagnostic(`${voice}: ${audio.seconds.toFixed(2)} s of audio in ${((performance.now() - started) / 1000).toFixed(1)} s with start; heard: ${heard}`);
    assert.ok(wordsHeard(Sentence, heard) >= 8, `heard: ${heard}`);
  });
}

test('a long text is spoken whole, split at its sentences', async t => {
  const wav = join(home.home, 'long.wav');
  const sentences = Array.from({ length: 14 }, (_, i) => `${Sentence} Sentence ${['one', 'two', 'three', 'four', 'five', 'six', 'seven'][i % 7]} ends here.`);
  const { code, stderr } = await atelier(['generate', '--model', 'fal-ai/kokoro/american-english', '--prompt', sentences.join(' '), '--output', wav], { env: home.env });
  assert.equal(code, 0, stderr);
  const audio = readWav(readFileSync(wav));
  t.diagnostic(`${sentences.length * 2} sentences, ${audio.seconds.toFixed(1)} s`);
  assert.ok(audio.seconds > 14 * 3 && audio.seconds < 14 * 8, `${audio.seconds} s`);
  const lastPart = audio.pcm16k.subarray(Math.max(0, audio.pcm16k.length - 16_000 * 6));
  const heard = await recognise(lastPart);
  assert.ok(wordsHeard('seven ends here', heard) >= 2, `the end sounds like: ${heard}`);
});
