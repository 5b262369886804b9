// A runner that does on demand what a real one only does when it is broken.
// usage: node fake-runner.mjs serve APP. The app's name says how it starts, a call's "do" says how it answers.
import fs from 'node:fs';
import http from 'node:http';

const app = process.argv[3];
const socket = process.env.ATELIER_RUNNER_ADDRESS.slice('unix:'.length);
const say = (line) => fs.writeSync(1, line + '\n');
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
process.on('SIGTERM', () => app === 'fake/deaf' || process.exit(0));

if (app === 'fake/exits') {
  for (let i = 1; i <= 25; i++) fs.writeSync(2, `no weights ${i}\n`);
  process.exit(3);
}

let healthy = app !== 'fake/never-ready';
const held = [];
const cancels = new Map();

const answer = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

const acts = {
  answer: (input, response) => answer(response, input.status ?? 200, { pid: process.pid }, input.headers),
  // Answers when so many calls are here at the same time.
  meet: (input, response) => {
    held.push(response);
    if (held.length >= input.count) held.splice(0).forEach((waiting) => answer(waiting, 200, { pid: process.pid }));
  },
  wait: (input, response, id) => cancels.set(id, () => answer(response, 499, { detail: 'Request cancelled' })),
  hang: () => {},
  abort: () => process.abort(),
  exit: () => process.exit(7),
  close: (input, response) => response.socket.destroy(),
  breakOff: (input, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"half":', () => response.socket.destroy());
  },
  events: (input, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    input.events.forEach((part) => response.write(part));
    response.end();
  },
  long: (input, response) => answer(response, 200, 'x'.repeat(input.length)),
  sick: (input, response) => { healthy = false; answer(response, 500, { detail: 'Internal Server Error' }); },
  // Stays alive, but nobody can connect any more.
  refuse: (input, response) => { response.shouldKeepAlive = false; fs.unlinkSync(socket); answer(response, 200, {}); },
  talk: (input, response, id) => {
    for (let i = 1; i <= input.lines; i++) say(JSON.stringify({ line: `line ${i}`, fal_request_id: id, level: 'INFO' }));
    fs.writeSync(2, 'plain words\n');
    answer(response, 200, {});
  },
  env: (input, response) => answer(response, 200, process.env),
  headers: (request, response) => answer(response, 200, request),
};

http.createServer((request, response) => {
  if (request.url === '/health') return answer(response, healthy ? 200 : 503, {});
  const id = request.headers['x-fal-request-id'];
  if (request.url.endsWith('/cancel')) {
    cancels.get(id)?.();
    return answer(response, 200, {});
  }
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    const input = JSON.parse(body);
    if (input.do !== 'talk') say(JSON.stringify({ line: 'got it', fal_request_id: id, level: 'DEBUG' }));
    if (input.do === 'headers') return answer(response, 200, { url: request.url, ...request.headers });
    acts[input.do](input, response, id);
  });
}).listen(socket);
