// The official JavaScript clients of the matrix, and what each has. `lacks` names scenarios by their beginning: features that
// came later. `without` names those that a way does not carry (docs/clients.md), `defects` those that the client breaks itself.

// The iterator ends with the stream and forgets what it had not handed over yet (src/streaming.js, [Symbol.asyncIterator]).
const iterator = { 'stream, iterated': 'events that come together with the end are lost' };
// A message that meets a closing socket makes its state machine call itself without end (src/realtime.js, sendMessage).
const closing = { 'realtime, opens again': 'a message for a closing socket overflows the stack' };

const noSocket = ['stream, client mode', 'realtime'];

export const clients = {
  '1.0.4': {
    module: 'fal-client-1.0.4', ways: ['middleware', 'fetch', 'socket', 'hosts'],
    lacks: ['run, 504', 'run, retries', 'realtime, JSON'], without: { middleware: noSocket, fetch: ['realtime'] },
    defects: { ...iterator, ...closing },
  },
  '1.4.0': {
    module: 'fal-client-1.4.0', ways: ['middleware', 'fetch', 'socket', 'hosts'],
    lacks: ['run, 504', 'run, retries', 'realtime, JSON'], without: { middleware: noSocket, fetch: ['realtime'] },
    defects: closing,
  },
  '1.8.1': {
    module: 'fal-client-1.8.1', ways: ['middleware', 'fetch', 'socket', 'hosts'],
    lacks: ['run, 504', 'realtime, JSON'], without: { middleware: noSocket, fetch: ['realtime'] },
    defects: closing,
  },
  '1.10.1': {
    module: '@fal-ai/client', ways: ['proxy', 'middleware', 'fetch', 'socket', 'hosts'], tokenProvider: true, defects: {},
    lacks: [], without: { proxy: noSocket, middleware: noSocket, fetch: ['realtime'] },
  },
  'serverless 0.15.0': {
    module: '@fal-ai/serverless-client', serverless: true, ways: ['middleware', 'fetch', 'socket', 'hosts'],
    lacks: ['run, 504', 'run, retries', 'realtime, JSON'], without: { middleware: noSocket, fetch: ['realtime'] },
    defects: { ...iterator, ...closing },
  },
};

/** Clients that are not the JavaScript client itself: each has a script of its own. */
export const others = {
  '@fal-ai/server-proxy 1.2.1': {
    script: 'server-proxy.mjs', ways: ['hosts'],
    defects: {
      // Its Express adapter never sets the status of what it streams.
      'run, 422': 'a failure reaches the client as 200',
      // Its list of allowed addresses has no initiate-multipart.
      'upload, 91 MiB': 'uploads in parts are refused',
    },
  },
  '@ai-sdk/fal 2.0.59': { script: 'ai-sdk.mjs', ways: ['fetch', 'hosts'], defects: {} },
};
