// The command line as a stranger runs it: ./atelier, with a HOME of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './server.mjs';

/** An empty HOME; only packs and NuGet's packages are shared with the machine, so that tests do not download them again. */
export function emptyHome() {
  const home = mkdtempSync(join(tmpdir(), 'atelier-home-'));
  const packs = process.env.ATELIER_PACKS ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'atelier/packs');
  const nuget = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget/packages');
  return { home, env: { PATH: process.env.PATH, HOME: home, ATELIER_PACKS: packs, NUGET_PACKAGES: nuget, DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1' } };
}

/** Runs ./atelier and answers its exit code and both streams. */
export function atelier(args, { env, cwd = root, input } = {}) {
  return new Promise(done => {
    const child = spawn(join(root, 'atelier'), args, { env, cwd, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    let stdout = '', stderr = '';
    child.stdout.on('data', chunk => { stdout += chunk; });
    child.stderr.on('data', chunk => { stderr += chunk; });
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
    if (input !== undefined) child.stdin.end(input);
  });
}
