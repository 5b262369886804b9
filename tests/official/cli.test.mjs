// Every command as a stranger types it: ./atelier in an empty HOME, the real server, real pipes, signals and terminals.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { atelier, emptyHome } from './lib/cli.mjs';
import { root, until } from './lib/server.mjs';

let home, run;
before(async () => {
  home = emptyHome();
  run = (...args) => atelier(args, { env: home.env, cwd: home.home });
  // In a fresh clone this builds, which is another test's matter.
  const { code, stderr } = await run('--version');
  assert.equal(code, 0, stderr);
});
after(async () => {
  await run('stop');
  rmSync(home.home, { recursive: true, force: true });
});
const data = () => join(home.home, '.local/share/atelier');
const serverFile = () => JSON.parse(readFileSync(join(data(), 'server.json'), 'utf8'));
const echo = fields => ['-m', 'atelier/echo', '--extra-json', JSON.stringify(fields)];
const file = text => ({ file: { text, content_type: 'text/plain' } });
const sawOnStderr = (child, pattern) => new Promise((done, failed) => {
  let text = '';
  child.stderr.on('data', chunk => { text += chunk; if (pattern.test(text)) done(text); });
  child.once('exit', code => failed(new Error(`ended with ${code} before ${pattern}: ${text}`)));
});

test('the first command starts the local server, the second one finds it', async t => {
  const first = await run('models', 'list', '--json');
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /Starting the local server in the background/);
  assert.equal(first.stderr.trim().split('\n').length, 2, first.stderr);
  assert.ok(JSON.parse(first.stdout).models.some(model => model.endpoint_id === 'fal-ai/rembg'));
  const { pid, url } = serverFile();
  const began = performance.now();
  const second = await run('models', 'list', '--json');
  t.diagnostic(`a warm command: ${Math.round(performance.now() - began)} ms`);
  assert.doesNotMatch(second.stderr, /Starting/);
  assert.equal(second.stderr, `Target: local (${url.replace(/\/$/, '')})\n`);
  assert.equal(serverFile().pid, pid);
  assert.equal(statSync(join(home.home, '.config/atelier/credentials')).mode & 0o777, 0o600);
});

test('through links and from another folder it is the same program', async () => {
  const folder = join(home.home, 'links');
  mkdirSync(folder);
  symlinkSync(join(root, 'atelier'), join(folder, 'one'));
  symlinkSync('one', join(folder, 'two'));
  const child = spawn(join(folder, 'two'), ['--version'], { cwd: '/', env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', error = '';
  child.stdout.on('data', chunk => { out += chunk; });
  child.stderr.on('data', chunk => { error += chunk; });
  assert.equal(await new Promise(done => child.on('close', done)), 0);
  assert.match(out, /^\d+\.\d+\.\d+(\+[0-9a-f]+)?\n$/);
  assert.equal(error, '');
});

test('serve --json prints one ready line with the url and its own pid, and ends with 0 on SIGTERM', async () => {
  const folder = join(home.home, 'served');
  const child = spawn(join(root, 'atelier'), ['serve', '--json', '--port', '0', '--data', folder, '--key', 'cli:0123456789abcdef0123456789abcdef'],
    { env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const ended = new Promise(done => child.once('exit', (code, signal) => done({ code, signal })));
  const ready = await new Promise((done, failed) => {
    child.stdout.on('data', chunk => { out += chunk; if (out.includes('\n')) done(JSON.parse(out)); });
    ended.then(end => failed(new Error(JSON.stringify(end))));
  });
  assert.equal(ready.pid, child.pid);
  const health = await (await fetch(new URL('/health', ready.url))).json();
  assert.equal(health.instance, JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')).instance);

  const second = await atelier(['serve', '--port', '0', '--data', folder], { env: home.env });
  assert.notEqual(second.code, 0);
  assert.match(second.stderr, new RegExp(`${child.pid}`), 'it names the running one');

  const listed = await atelier(['keys', 'list', '--server', ready.url], { env: { ...home.env, ATELIER_KEY: 'cli:0123456789abcdef0123456789abcdef' } });
  assert.equal(listed.code, 0, listed.stderr);
  assert.ok(JSON.parse(listed.stdout).keys.length >= 1);
  const refused = await atelier(['keys', 'list', '--server', ready.url], { env: { ...home.env, ATELIER_KEY: 'cli:wrong' } });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /refused the key/);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, { code: 0, signal: null });
});

test('serve --help lists the flags of the server', async () => {
  const { code, stdout } = await run('serve', '--help');
  assert.equal(code, 0);
  for (const flag of ['--host', '--port', '--data', '--public-url', '--key-file', '--key', '--json']) assert.ok(stdout.includes(flag), flag);
});

test('upload prints the URL alone, and the file comes back', async () => {
  writeFileSync(join(home.home, 'note.txt'), 'to and fro');
  const { code, stdout, stderr } = await run('upload', 'note.txt');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^http:\/\/\S+note\.txt\n$/);
  assert.equal(await (await fetch(stdout.trim())).text(), 'to and fro');
  assert.equal((await run('upload', 'absent.txt')).code, 2);
});

test('--async prints the id; --status, --cancel and --result go on with it, as the hints on stderr say', async () => {
  const submitted = await run('generate', ...echo({ delay_ms: 60_000 }), '--async');
  assert.equal(submitted.code, 0, submitted.stderr);
  const id = submitted.stdout.trim();
  assert.match(id, /^[0-9a-f-]{36}$/);
  const hint = submitted.stderr.match(/Status: (.*)/)[1];
  assert.ok(hint.startsWith(join(root, 'atelier')), hint);
  const status = JSON.parse((await run('generate', '-m', 'atelier/echo', '--status', id)).stdout);
  assert.equal(status.request_id, id);
  assert.match(status.status, /^IN_(QUEUE|PROGRESS)$/);
  const early = await run('result', id);
  assert.equal(early.code, 1, early.stderr);
  assert.equal(early.stdout, '');
  const cancelled = await run('generate', '-m', 'atelier/echo', '--cancel', id);
  assert.deepEqual([cancelled.code, JSON.parse(cancelled.stdout).status], [0, 'CANCELLATION_REQUESTED']);
  await until(async () => JSON.parse((await run('status', id)).stdout).status === 'COMPLETED', 'it is cancelled');
  const result = await run('generate', '-m', 'atelier/echo', '--result', id);
  assert.deepEqual([result.code, result.stdout], [1, '']);
  assert.match(result.stderr, /Request cancelled/);
  for (const command of ['status', 'result', 'cancel']) assert.equal((await run(command, 'nonsense')).code, 3, command);
});

test('the queue and --sync answer the same one document; --logs come as "> line" on stderr', async () => {
  const queued = await run('generate', ...echo({ logs: 2, x: 'y' }), '--logs');
  assert.equal(queued.code, 0, queued.stderr);
  assert.deepEqual(JSON.parse(queued.stdout).echo, { logs: 2, x: 'y' });
  assert.deepEqual(queued.stderr.match(/^> .*$/gm), ['> log 1', '> log 2']);
  assert.match(queued.stderr, /^Request ID: \S+$/m);
  const sync = await run('generate', ...echo({ x: 'y' }), '--sync');
  assert.deepEqual([sync.code, JSON.parse(sync.stdout).echo], [0, { x: 'y' }]);
  assert.doesNotMatch(sync.stderr, /Request ID/);
});

test('--output saves to a file or into a folder, and overwrites only with --force', async () => {
  const folder = join(home.home, 'outputs');
  mkdirSync(folder);
  const path = join(folder, 'a.txt');
  assert.equal((await run('generate', ...echo(file('one')), '-o', path)).code, 0);
  assert.equal(readFileSync(path, 'utf8'), 'one');
  const refused = await run('generate', ...echo(file('two')), '-o', path);
  assert.deepEqual([refused.code, refused.stdout], [2, '']);
  assert.match(refused.stderr, /exists already[\s\S]*--force/);
  assert.equal((await run('generate', ...echo(file('two')), '-o', path, '--force')).code, 0);
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal((await run('generate', ...echo(file('three')), '-o', folder)).code, 0);
  assert.deepEqual(readdirSync(folder).sort(), ['a.txt', 'echo.txt'], 'no temporary file stays');
});

test('errors: unknown model 3 with the three nearest ids, bad field 1 with its range, timeout 5, unreachable 4, usage 2', async () => {
  const unknown = await run('generate', '-m', 'fal-ai/kokoro', '-p', 'hi');
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /Application "fal-ai\/kokoro" not found\nNearest:\n {2}fal-ai\/kokoro\/american-english\n {2}fal-ai\/kokoro\/british-english\n {2}\S+\n/);
  const range = await run('generate', '-m', 'fal-ai/kokoro/american-english', '-p', 'hi', '--extra-json', '{"speed":9}');
  assert.equal(range.code, 1);
  assert.match(range.stderr, /speed: .*5/);
  const flag = await run('generate', '-m', 'fal-ai/esrgan', '--image', 'note.txt', '--seed', '4');
  assert.equal(flag.code, 2);
  assert.match(flag.stderr, /--seed: this model has no field seed/);
  assert.doesNotMatch(flag.stderr, /Uploading/, 'a wrong flag is told before anything is sent');
  const slow = await run('generate', ...echo({ delay_ms: 30_000 }), '--timeout', '0.5');
  assert.equal(slow.code, 5);
  assert.match(slow.stderr, /Timeout after 0.5s\nRequest ID: \S+/);
  await run('cancel', slow.stderr.match(/Request ID: (\S+)/)[1]);
  const away = await run('models', 'list', '--server', 'http://127.0.0.1:1');
  assert.equal(away.code, 4);
  for (const result of [unknown, range, flag, slow, away]) assert.equal(result.stdout, '');
  const nothing = await run();
  assert.deepEqual([nothing.code, nothing.stdout], [2, '']);
  assert.match(nothing.stderr, /Usage:\n {2}atelier /);
});

test('Ctrl-C cancels the request and ends with 130', async () => {
  const child = spawn(join(root, 'atelier'), ['generate', ...echo({ delay_ms: 60_000 })], { env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise(done => child.once('close', code => done(code)));
  const id = (await sawOnStderr(child, /Request ID: \S+\n[\s\S]*IN_PROGRESS/)).match(/Request ID: (\S+)/)[1];
  child.kill('SIGINT');
  assert.equal(await ended, 130);
  await until(async () => JSON.parse((await run('status', id)).stdout).error === 'Request cancelled', 'the request is cancelled');
});

test('a key of fal.ai never reaches another server, and --server fal without one says the way out', async () => {
  const seen = [];
  const fake = createServer((request, response) => {
    seen.push(JSON.stringify(request.headers));
    response.setHeader('content-type', 'application/json');
    response.end('{"models":[],"keys":[]}');
  }).listen(0, '127.0.0.1');
  await new Promise(done => fake.once('listening', done));
  const env = { ...home.env, FAL_KEY: 'fal:topsecret', FAL_KEY_ID: 'id', FAL_KEY_SECRET: 'topsecret' };
  assert.equal((await atelier(['models', 'list', '--server', `http://127.0.0.1:${fake.address().port}`], { env })).code, 0);
  fake.close();
  assert.ok(seen.length > 0);
  assert.doesNotMatch(seen.join(), /topsecret/);
  assert.equal((await atelier(['generate', ...echo({}), '--data', join(home.home, 'fresh')], { env })).code, 0);
  const { pid } = JSON.parse(readFileSync(join(home.home, 'fresh/server.json'), 'utf8'));
  assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8') + readFileSync(join(home.home, 'fresh/server.log'), 'utf8'), /topsecret/);
  const stopped = await atelier(['stop', '--data', join(home.home, 'fresh')], { env });
  assert.deepEqual([stopped.code, JSON.parse(stopped.stdout)], [0, { stopped: true }]);
  assert.ok(!existsSync(`/proc/${pid}`));
  const keyless = await run('generate', '--server', 'fal', '-p', 'x');
  assert.equal(keyless.code, 2);
  assert.match(keyless.stderr, /^Error: FAL_KEY not set\n/);
});

test('models show, schema, config and keys', async () => {
  const card = JSON.parse((await run('models', 'show', 'fal-ai/rembg')).stdout);
  assert.equal(card.metadata.fidelity, 'like');
  assert.match(card.metadata.card, /Apache-2\.0/);
  assert.ok(JSON.parse((await run('schema', 'fal-ai/rembg', '--input')).stdout).properties.image_url);
  assert.ok(JSON.parse((await run('generate', '--schema', 'fal-ai/rembg')).stdout).openapi);
  const settings = JSON.parse((await run('config')).stdout).settings;
  assert.deepEqual(settings.find(setting => setting.key === 'cli.server'), { key: 'cli.server', value: 'local', source: 'default' });
  assert.ok(settings.some(setting => setting.key === 'port'));
  const limited = JSON.parse((await run('keys', 'create')).stdout);
  const asCaller = await atelier(['config'], { env: { ...home.env, ATELIER_KEY: limited.key } });
  assert.equal(asCaller.code, 0, asCaller.stderr);
  assert.doesNotMatch(asCaller.stdout, new RegExp(limited.key_secret));
  const key = JSON.parse((await run('keys', 'create', '--alias', 'test')).stdout);
  assert.ok(JSON.parse((await run('keys', 'list')).stdout).keys.some(one => one.key_id === key.key_id && !one.key_secret));
  assert.deepEqual(JSON.parse((await run('keys', 'revoke', key.key_id)).stdout), { revoked: key.key_id });
  assert.equal((await run('keys', 'revoke', key.key_id)).code, 3);
});

test('models pull says what is there, and what there is when the name is wrong', async () => {
  const pulled = await run('models', 'pull', 'fal-ai/rembg');
  assert.equal(pulled.code, 0, pulled.stderr);
  assert.equal(JSON.parse(pulled.stdout).done, true);
  assert.match(pulled.stderr, /u2netp/);
  const wrong = await run('models', 'pull', 'nopack');
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /u2netp/);
});

test('on a terminal people see a live line and a summary, and no JSON', async () => {
  const command = `${join(root, 'atelier')} generate -m atelier/echo --extra-json '${JSON.stringify({ delay_ms: 2_500, logs: 3, ...file('tty') })}' -o ${join(home.home, 'tty.txt')}`;
  const child = spawn('script', ['-qec', `stty cols 100; ${command}`, '/dev/null'], { env: { ...home.env, SHELL: '/bin/sh' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', chunk => { text += chunk; });
  assert.equal(await new Promise(done => child.on('close', done)), 0, text);
  assert.match(text, /\r\x1b\[KStatus: IN_PROGRESS {2}\d\.\d s {2}log 3/);
  assert.match(text, /tty\.txt\r\n• 3 B \| Generated in \d\.\ds\r\n$/);
  assert.doesNotMatch(text, /"echo"|Saved/);
  assert.doesNotMatch(text, /\x1b\[\?1h/, 'the terminal keeps its keypad mode');
});

test('stop ends the server; a second stop says that none runs', async () => {
  const { pid } = serverFile();
  assert.deepEqual(JSON.parse((await run('stop')).stdout), { stopped: true });
  assert.ok(!existsSync(`/proc/${pid}`));
  assert.deepEqual(JSON.parse((await run('stop')).stdout), { stopped: false });
});
