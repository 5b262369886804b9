// What a page does with the JavaScript client itself. The test outside calls `runPage` and reports.
import { fal, ValidationError } from '@fal-ai/client';
import { runScenarios } from '../lib/scenarios.mjs';

function check(condition, what) {
  if (!condition) throw new Error(what);
}

async function rejection(promise) {
  try {
    await promise;
  } catch (fault) {
    return fault;
  }
  throw new Error('it did not fail');
}

const realtime = (app, input) => new Promise((done, failed) => {
  const late = setTimeout(() => failed(new Error('no result within 20 s')), 20_000);
  const connection = fal.realtime.connect(app, {
    throttleInterval: 0,
    onResult: result => { clearTimeout(late); connection.close(); done(result); },
    onError: fault => { clearTimeout(late); connection.close(); failed(fault); },
  });
  connection.send(input);
});

const everywhere = {
  'subscribe, polling': async () => {
    const result = await fal.subscribe('atelier/echo', { input: { a: 1, logs: 2, delay_ms: 600 }, logs: true });
    check(result.data.echo.a === 1, JSON.stringify(result));
    check(/^[0-9a-f-]{36}$/.test(result.requestId), `the request id was not readable: "${result.requestId}"`);
  },
  'subscribe, streaming': async () => {
    const result = await fal.subscribe('atelier/echo', { input: { a: 2, delay_ms: 200 }, mode: 'streaming' });
    check(result.data.echo.a === 2 && result.requestId, JSON.stringify(result));
  },
  'run': async () => {
    const result = await fal.run('atelier/echo', { input: { a: 3 } });
    check(result.data.echo.a === 3 && result.requestId, JSON.stringify(result));
  },
  'a wrong field is a ValidationError with a request id': async () => {
    const fault = await rejection(fal.run('atelier/echo', { input: { delay_ms: 'soon' } }));
    check(fault instanceof ValidationError && fault.getFieldErrors('delay_ms').length === 1, String(fault));
    check(fault.requestId, 'no request id');
  },
  'an unknown app is an error with its text': async () => {
    const fault = await rejection(fal.run('acme/nothing', { input: {} }));
    check(fault.status === 404 && /not found/.test(fault.body.detail), String(fault));
  },
  'upload, and the file in parts': async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const url = await fal.storage.upload(new File([bytes], 'numbers.bin', { type: 'application/octet-stream' }));
    const whole = await fetch(url);
    const back = new Uint8Array(await whole.arrayBuffer());
    check(back.length === bytes.length && back.every((byte, i) => byte === bytes[i]), 'the file reads back differently');
    check(whole.headers.get('etag'), 'the etag was not readable');
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    check(part.status === 206 && part.headers.get('content-range') === 'bytes 10-19/100000', part.headers.get('content-range'));
  },
  'stream': async () => {
    const stream = await fal.stream('atelier/echo', { input: { count: 3, interval_ms: 20 } });
    let events = 0;
    for await (const _ of stream) events++;
    check(events === 3, `${events} events`);
  },
};

const underNames = {
  'upload in parts': async () => {
    const bytes = new Uint8Array(91 * 1024 * 1024).fill(7);
    const url = await fal.storage.upload(new File([bytes], 'large.bin', { type: 'application/octet-stream' }));
    const head = await fetch(url, { method: 'HEAD' });
    check(head.headers.get('content-length') === String(bytes.length), head.headers.get('content-length'));
  },
  'stream by the page itself, with a token': async () => {
    const stream = await fal.stream('atelier/echo', { input: { count: 3, interval_ms: 20 }, connectionMode: 'client' });
    let events = 0;
    for await (const _ of stream) events++;
    check(events === 3, `${events} events`);
  },
  'realtime': async () => {
    const result = await realtime('atelier/echo', { hello: 'world' });
    check(JSON.stringify(result).includes('world'), JSON.stringify(result));
  },
};

const closed = ({ key, url }) => ({
  'a wrong key is an error that the page can read': async () => {
    const answer = await fetch('https://fal.run/atelier/echo', { method: 'POST', body: '{}', headers: { authorization: 'Key a:b', 'content-type': 'application/json' } });
    check(answer.status === 401 && (await answer.json()).detail === 'invalid key credentials', String(answer.status));
  },
  // What only an operator may do is out of a page's reach, whatever key it holds.
  'keys, settings and health are closed': async () => {
    for (const path of ['/v1/keys', '/v1/config', '/v1/packs', '/health', '/metrics']) {
      const fault = await rejection(fetch(url + path, { headers: { authorization: `Key ${key}` } }));
      check(fault instanceof TypeError, `${path}: ${fault}`);
    }
  },
});

window.runPage = async (config, operator) => {
  fal.config({ suppressLocalCredentialsWarning: true, ...config });
  const results = [];
  await runScenarios({ ...everywhere, ...underNames, ...(operator ? closed(operator) : {}) }, result => results.push(result));
  return results;
};
