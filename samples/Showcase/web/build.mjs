// Builds dist/: the page, one module for each of its scenarios, its styles, and the sources that it shows.
//   node build.mjs
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

// What a visitor loads before the first page is there, compressed.
const FIRST_PAGE_LIMIT = 150 * 1024;

const root = dirname(fileURLToPath(import.meta.url));
const repository = join(root, '..', '..', '..');
const dist = join(root, 'dist');

execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root], { stdio: 'inherit' });
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { app: join(root, 'src', 'app.ts'), style: join(root, 'src', 'style.css') },
  outdir: dist,
  bundle: true,
  // Served by the app, and loaded when somebody wants it.
  external: ['/socket.io/*'],
  splitting: true,
  minify: true,
  metafile: true,
  format: 'esm',
  target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
  legalComments: 'none',
  chunkNames: 'part-[name]-[hash]',
});
cpSync(join(root, 'src', 'static'), dist, { recursive: true });

// The sources that a page shows, as they stand in the repository.
const shown = JSON.parse(readFileSync(join(root, 'src', 'sources.json'), 'utf8'));
mkdirSync(join(dist, 'sources'));
for (const [page, files] of Object.entries(shown)) {
  const sources = files.map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
  writeFileSync(join(dist, 'sources', `${page}.json`), JSON.stringify(sources));
}

let first = 0;
for (const [path, { entryPoint, bytes }] of Object.entries(metafile.outputs)) {
  const file = readFileSync(join(root, path));
  const packed = gzipSync(file, { level: 9 }).length;
  console.log(`${path.padEnd(36)} ${(bytes / 1024).toFixed(1).padStart(7)} KiB ${(packed / 1024).toFixed(1).padStart(7)} KiB gzipped`);
  if (entryPoint?.endsWith('app.ts') || entryPoint?.endsWith('style.css'))
    first += packed;
}
if (first > FIRST_PAGE_LIMIT) {
  console.error(`Too large: the first page may take ${FIRST_PAGE_LIMIT} bytes, and takes ${first}.`);
  process.exitCode = 1;
}
