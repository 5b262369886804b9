// Where the packs' extracted files are, for independent runtimes to read.
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = process.env.ATELIER_PACKS ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'atelier/packs');

/** A file of a pack, whatever its version. */
export function packFile(name, file) {
  const folder = readdirSync(cache).filter(entry => entry.startsWith(`${name}@`)).sort().at(-1);
  if (!folder) throw new Error(`the pack ${name} is not in ${cache}: run ./atelier models pull ${name}`);
  return join(cache, folder, file);
}
