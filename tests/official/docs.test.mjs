// The documents' commands are run. Every ```sh block of README.md and docs/ runs in one shell; the blocks of a document
// run in order, in one folder with ./atelier and photo.png, in a HOME of their own. What cannot run is a ```console block.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { atelier, emptyHome } from './lib/cli.mjs';
import { pictures } from './lib/pictures.mjs';
import { root } from './lib/server.mjs';

// A document that loses its commands is a document that nobody checks any more.
const withCommands = ['README.md', 'docs/cli.md', 'docs/clients.md', 'docs/configuration.md', 'docs/echo.md', 'docs/packs.md', 'docs/webhooks.md'];
const languages = ['sh', 'console', 'csharp', 'js', 'json', 'mermaid', 'text', ''];

const files = path => !statSync(path).isDirectory() ? [path] : readdirSync(path).flatMap(name => files(join(path, name)));
const documents = [...readdirSync(root).map(name => join(root, name)), ...files(join(root, 'docs'))]
  .filter(path => path.endsWith('.md'))
  .map(path => ({ name: relative(root, path), blocks: blocksOf(readFileSync(path, 'utf8')) }));

/** The fenced blocks of a document, each with its language and the line that it begins on. */
function blocksOf(text) {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(match => ({
    language: match[1], code: match[2], line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

test('every document that shows commands has some that run', () => {
  for (const name of withCommands) {
    const blocks = documents.find(document => document.name === name)?.blocks ?? [];
    assert.ok(blocks.some(block => block.language === 'sh'), `${name} has no \`\`\`sh block`);
  }
});

test('no block hides from these tests behind another language', () => {
  const others = documents.flatMap(({ name, blocks }) => blocks
    .filter(block => !languages.includes(block.language)).map(block => `${name}:${block.line} ${block.language}`));
  assert.deepEqual(others, []);
});

for (const { name, blocks } of documents) {
  for (const { code, line } of blocks.filter(block => block.language === 'json')) {
    test(`${name}:${line} is JSON`, () => { JSON.parse(code); });
  }

  const scripts = blocks
    .filter(block => block.language === 'sh')
    // The test command cannot run itself.
    .map(block => ({ ...block, code: block.code.split('\n').filter(text => !/^\.\/test\b/.test(text)).join('\n') }))
    .filter(block => block.code.trim());
  if (scripts.length > 0) runAll(name, scripts);
}

function runAll(name, scripts) {
  describe(name, () => {
    let home, folder;
    before(async () => {
      home = emptyHome();
      folder = join(home.home, 'work');
      mkdirSync(folder);
      symlinkSync(join(root, 'atelier'), join(folder, 'atelier'));
      writeFileSync(join(folder, 'photo.png'), await pictures['rgb.png']());
    });
    after(async () => {
      await atelier(['stop'], { env: home.env });
      rmSync(home.home, { recursive: true, force: true });
    });
    for (const { code, line } of scripts) {
      test(`line ${line}: ${code.trim().split('\n')[0]}`, { timeout: 300_000 }, async () => {
        const { status, output } = await shell(code);
        assert.equal(status, 0, `${name}:${line} ended with ${status}\n\n${code}\n${output}`);
      });
    }

    /** Runs a script; -x puts each command before its output, so that a failure shows which one it was. */
    function shell(script) {
      return new Promise(done => {
        const child = spawn('bash', ['-euxo', 'pipefail', '-c', script], { cwd: folder, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        child.stdout.on('data', chunk => { output += chunk; });
        child.stderr.on('data', chunk => { output += chunk; });
        child.on('close', (code, signal) => done({ status: code ?? signal, output }));
      });
    }
  });
}
