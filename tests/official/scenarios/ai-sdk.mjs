// @ai-sdk/fal by FAL_WAY: `hosts` without any change, `fetch` with its own option and baseURL.
import assert from 'node:assert/strict';
import { createFal } from '@ai-sdk/fal';
import { runScenarios } from '../lib/scenarios.mjs';

const { FAL_WAY: way, ATELIER_URL: url, FAL_KEY: key } = process.env;
const rewrite = address => String(address).replace(/^https:\/\/((?:[a-z0-9]+\.)*fal\.(?:run|ai|media))\//, `${url}/$1/`);
const fal = createFal(way === 'hosts' ? {} : { apiKey: key, baseURL: `${url}/fal.run`, fetch: (address, init) => fetch(rewrite(address), init) });

await runScenarios({
  'AI SDK: image': async () => {
    const { images, providerMetadata } = await fal.image('fal-ai/media/image').doGenerate({ prompt: 'a cat', n: 1, providerOptions: {} });
    assert.deepEqual([...images[0].subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.deepEqual([providerMetadata.fal.images[0].width, providerMetadata.fal.images[0].nsfw], [1, false]);
  },
  'AI SDK: a wrong field is its error': () => assert.rejects(
    fal.image('fal-ai/err422').doGenerate({ n: 1, providerOptions: {} }), fault => fault.statusCode === 422 && /Field required/.test(fault.message)),
  'AI SDK: speech': async () => {
    const { audio } = await fal.speech('fal-ai/media/speech').doGenerate({ text: 'hello', providerOptions: {} });
    assert.equal(Buffer.from(audio).toString(), 'hello');
  },
  'AI SDK: transcription polls the result until it is there': async () => {
    const result = await fal.transcription('media/transcribe').doGenerate({ audio: Buffer.from('spoken'), mediaType: 'audio/wav', providerOptions: {} });
    assert.deepEqual([result.text, result.segments[0].endSecond, result.language], ['spoken', 1.5, 'en']);
  },
  // It sends its key to the result's address only when that is of the same origin as fal's: without the hosts it is refused.
  ...(way === 'hosts' && {
    'AI SDK: video': async () => {
      const { videos } = await fal.video('media/video').doGenerate({ prompt: 'a cat', n: 1, providerOptions: { fal: { pollIntervalMs: 100 } } });
      assert.equal((await (await fetch(videos[0].url)).arrayBuffer()).byteLength, 4);
    },
  }),
});
process.exit(0);
