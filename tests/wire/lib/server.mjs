// The server under test: one that --url names, or the built one, started as its users start it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, startServer } from '../../official/lib/server.mjs';

export const apps = join(root, 'artifacts/bin/Atelier.WireApps/release/Atelier.WireApps.dll');

/** The key of scope API that cases of refused rights use; made by the ADMIN key. */
async function apiKey(server) {
  const answer = await fetch(`${server.url}/v1/keys`, {
    method: 'POST', headers: { authorization: `Key ${server.key}`, 'content-type': 'application/json' }, body: '{"alias":"wire-cases"}',
  });
  return answer.ok ? (await answer.json()).key : undefined;
}

export async function openServer({ url, key, flags = [] }) {
  if (url) {
    const server = { url: url.replace(/\/$/, ''), key, stop: async () => {} };
    server.apiKey = await apiKey(server);
    return server;
  }
  const started = await startServer({ flags });
  started.apiKey = await apiKey(started);
  return { ...started, stop: async () => { await started.stop(); started.remove(); }, log: started.log };
}

/** Flags that give a server the models of the recorded requests; what they do is in tests/Atelier.WireApps. */
export function appFlags() {
  if (!existsSync(apps)) throw new Error(`${apps} is missing: dotnet build tests/Atelier.WireApps -c Release`);
  return ['--runners-program', apps, '--runners-apps', apps.replace(/Atelier\.WireApps\.dll$/, 'apps.json')];
}
