// Every command in the documents is run: the ```sh blocks of README.md and docs/, each in one shell, in a folder of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { atelier, emptyHome } from './lib/cli.mjs';
import { pictures } from './lib/pictures.mjs';
import { root } from './lib/server.mjs';

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

function documents(path) {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap(name => documents(join(path, name))) : path.endsWith('.md') ? [path] : [];
}

for (const document of [join(root, 'README.md'), ...documents(join(root, 'docs'))]) {
  const blocks = [...readFileSync(document, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(match => match[1]);
  blocks.forEach((block, index) => {
    // The test command cannot run itself.
    const script = block.split('\n').filter(line => !/^\.\/test\b/.test(line)).join('\n');
    if (!script.trim()) return;
    test(`${relative(root, document)}, block ${index + 1}: ${script.split('\n')[0]}`, { timeout: 300_000 }, async () => {
      const { code, text } = await new Promise(done => {
        const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
        let text = '';
        child.stdout.on('data', chunk => { text += chunk; });
        child.stderr.on('data', chunk => { text += chunk; });
        child.on('close', code => done({ code, text }));
      });
      assert.equal(code, 0, text);
    });
  });
}
