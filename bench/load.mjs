// A load of one kind for some seconds: submit (durable), job (submit, status until done, result) or run (sync).
import { Connection } from './http.mjs';

const input = JSON.stringify({
  prompt: 'a watercolour of a lighthouse at dusk, soft light, paper texture, high detail', image_size: { width: 1024, height: 768 },
  num_inference_steps: 28, guidance_scale: 3.5, num_images: 1, seed: 42, output_format: 'png', enable_safety_checker: true,
});

/** @returns operations a second, and latencies in milliseconds. */
export async function load({ url, key, app, kind, clients, seconds }) {
  const headers = `authorization: Key ${key}\r\n`, path = `/queue.fal.run/${app}`, latencies = [];
  let failed = 0;
  const kinds = {
    submit: async wire => expect(await wire.call('POST', path, headers, input), 200),
    run: async wire => expect(await wire.call('POST', `/fal.run/${app}`, headers, input), 200),
    job: async wire => {
      const submitted = await wire.call('POST', path, headers, input);
      expect(submitted, 200);
      const request = `${path}/requests/${/"request_id":"([^"]+)"/.exec(submitted.body)[1]}`;
      for (;;) {
        const status = await wire.call('GET', `${request}/status`, headers);
        if (status.status === 200) break;
        expect(status, 202);
      }
      expect(await wire.call('GET', request, headers), 200);
    },
  };
  const start = performance.now(), end = start + seconds * 1000;
  await Promise.all(Array.from({ length: clients }, async () => {
    const wire = new Connection(url);
    while (performance.now() < end) {
      const began = performance.now();
      try { await kinds[kind](wire); latencies.push(performance.now() - began); } catch (fault) { if (failed++ === 0) console.error(String(fault)); break; }
    }
    wire.close();
  }));
  const took = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = share => +(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN).toFixed(2);
  return { perSecond: Math.round(latencies.length / took), p50: at(0.5), p99: at(0.99), failed };
}

function expect(answer, status) {
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${answer.body.slice(0, 200)}`);
}
