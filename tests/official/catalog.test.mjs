// The catalogue as tools read it: whole, and every OpenAPI document valid by an independent reader.
import SwaggerParser from '@apidevtools/swagger-parser';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from './lib/server.mjs';

let server, packs;
before(async () => {
  packs = mkdtempSync(join(tmpdir(), 'atelier-no-packs-'));
  server = await startServer({ env: { ...process.env, ATELIER_PACKS: packs } });
});
after(async () => {
  await server.stop();
  server.remove();
  rmSync(packs, { recursive: true, force: true });
});

const get = async path => (await fetch(server.url + path)).json();

async function pages(query) {
  const models = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await get(`/v1/models?${query}&cursor=${encodeURIComponent(cursor)}`);
    models.push(...page.models);
    cursor = page.next_cursor;
  }
  return models;
}

test('every OpenAPI document is valid OpenAPI 3.0, and the other models say that they have none', async t => {
  const models = [...await pages('limit=100&expand=openapi-3.0'), ...(await get('/v1/models?endpoint_id=atelier/echo,atelier/echo/stream,atelier/echo/realtime,atelier/echo/ws,atelier/echo-process&expand=openapi-3.0')).models];
  assert.ok(models.length >= 363, String(models.length));
  let valid = 0;
  for (const { endpoint_id, openapi } of models) {
    if (openapi.error) {
      assert.equal(openapi.error.code, 'schema_not_available');
      continue;
    }
    // fal's documents have `ui` hints on fields, which a strict reader refuses.
    const document = JSON.parse(JSON.stringify(openapi, (name, value) => name === 'ui' ? undefined : value));
    await SwaggerParser.validate(document).catch(error => assert.fail(`${endpoint_id}: ${error.message}`));
    assert.equal(openapi.info.title, `Queue OpenAPI for ${endpoint_id}`);
    valid++;
  }
  t.diagnostic(`${valid} valid documents of ${models.length} models`);
  assert.ok(valid >= 190, String(valid));
});

test('without packs what runs here needs weights, and says which and how', async () => {
  const { models: [rembg] } = await get('/v1/models?endpoint_id=fal-ai/rembg');
  assert.equal(rembg.metadata.availability, 'needs_weights');
  assert.deepEqual(rembg['x-atelier'].missing_packs, ['onnxruntime', 'libvips', 'u2netp']);
  const here = await pages('availability=needs_weights,local');
  assert.ok(here.every(model => model['x-atelier'].callable));
  const upstream = await pages('availability=upstream');
  assert.ok(upstream.length > 300 && upstream.every(model => !model['x-atelier'].callable));
});
