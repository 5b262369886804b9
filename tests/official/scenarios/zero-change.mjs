// An unmodified client without a line of configuration: only FAL_KEY and the authority come from outside.
import assert from 'node:assert/strict';
import { runScenarios } from '../lib/scenarios.mjs';

const { fal, ValidationError } = await import(process.env.FAL_CLIENT);

const numbers = length => Buffer.alloc(length, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));

async function readBack(url, bytes) {
  assert.match(url, /^https:\/\/v3b\.fal\.media\/files\/b\//);
  assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes), 'the file reads back differently');
}

/** One exchange over realtime: the first result, or the error. */
const realtime = (app, input, options = {}) => new Promise((done, failed) => {
  const late = setTimeout(() => failed(new Error('no result within 20 s')), 20_000);
  const connection = fal.realtime.connect(app, {
    connectionKey: `${app}-${Math.random()}`, throttleInterval: 0, ...options,
    onResult: result => { clearTimeout(late); connection.close(); done(result); },
    onError: fault => { clearTimeout(late); connection.close(); failed(fault); },
  });
  connection.send(input);
});

await runScenarios({
  'run': async () => {
    const result = await fal.run('atelier/echo', { input: { hello: 'world' } });
    assert.deepEqual(result.data.echo, { hello: 'world' });
    assert.match(result.requestId, /^[0-9a-f-]{36}$/);
  },
  'run with GET': async () => {
    const result = await fal.run('atelier/echo', { method: 'get', input: { hello: 'world' } });
    assert.deepEqual(result.data.echo, { hello: 'world' });
  },
  'run with a wrong field': () => assert.rejects(fal.run('atelier/echo', { input: { delay_ms: 'soon' } }),
    fault => fault instanceof ValidationError && fault.getFieldErrors('delay_ms').length === 1),
  'subscribe, polling': async () => {
    const states = [];
    const result = await fal.subscribe('atelier/echo', {
      input: { a: 1, logs: 3, delay_ms: 700 }, logs: true, onQueueUpdate: update => states.push(update.status),
    });
    assert.equal(result.data.echo.a, 1);
    assert.equal(states.at(-1), 'COMPLETED');
  },
  'subscribe, streaming': async () => {
    const states = [];
    const result = await fal.subscribe('atelier/echo', {
      input: { a: 2, delay_ms: 300 }, mode: 'streaming', logs: true, onQueueUpdate: update => states.push(update.status),
    });
    assert.equal(result.data.echo.a, 2);
    assert.equal(states.at(-1), 'COMPLETED');
  },
  'submit: the answer names fal\'s own addresses': async () => {
    const ticket = await fal.queue.submit('atelier/echo', { input: {} });
    assert.match(ticket.status_url, /^https:\/\/queue\.fal\.run\/atelier\/echo\/requests\//);
    assert.equal((await fetch(ticket.status_url, { headers: { authorization: `Key ${process.env.FAL_KEY}` } })).ok, true);
  },
  'upload of 5 bytes': async () => {
    const bytes = Buffer.from('hello');
    await readBack(await fal.storage.upload(new File([bytes], 'a.txt', { type: 'text/plain' })), bytes);
  },
  'upload of a nameless blob, by itself': async () => {
    const result = await fal.run('atelier/echo', { input: { image_url: new Blob([numbers(1000)], { type: 'image/png' }) } });
    await readBack(result.data.echo.image_url, numbers(1000));
  },
  'upload of 91 MiB, in parts': async () => {
    const bytes = numbers(91 * 1024 * 1024);
    await readBack(await fal.storage.upload(new File([bytes], 'large.bin', { type: 'application/octet-stream' })), bytes);
  },
  'stream, through the server': async () => {
    const stream = await fal.stream('atelier/echo', { input: { count: 3, interval_ms: 20 } });
    const events = [];
    for await (const event of stream) events.push(event);
    assert.equal(events.length, 3);
    await stream.done();
  },
  'stream, by the client itself with a token': async () => {
    const stream = await fal.stream('atelier/echo', { input: { count: 3, interval_ms: 20 }, connectionMode: 'client' });
    const events = [];
    for await (const event of stream) events.push(event);
    assert.equal(events.length, 3);
  },
  'realtime': async () => {
    const result = await realtime('atelier/echo', { hello: 'world' });
    assert.ok(JSON.stringify(result).includes('world'), JSON.stringify(result));
  },
});
process.exit(0);
