// Builds dist/: one minified ES module for each entry, types beside them, and hutong.js, which is all of it in one file for a page.
//   node build.mjs
// The sizes at the end are gzipped; above the promise the build fails.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const CORE_LIMIT = 8 * KIB;
const WHOLE_LIMIT = 20 * KIB;

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const source = (path) => join(root, 'src', `${path}.ts`);
const core = { index: source('core/index') };
const others = {
  'rooms': source('rooms/index'),
  'fallback': source('fallback/index'),
  'shared-tab': source('shared-tab/index'),
  'shared-tab-worker': source('shared-tab/worker'),
};
const common = { bundle: true, minify: true, format: 'esm', target: 'es2022', sourcemap: 'linked', legalComments: 'none', outdir: dist };

// The other entries use the core's module, and do not carry a copy: a class must be one and the same for all of them.
const useTheCore = {
  name: 'use-the-core',
  setup({ onResolve }) {
    onResolve({ filter: /core\/index\.js$/ }, () => ({ path: './index.js', external: true }));
  },
};

rmSync(dist, { recursive: true, force: true });
await build({ ...common, entryPoints: core });
await build({ ...common, entryPoints: others, plugins: [useTheCore] });
await build({ ...common, entryPoints: { hutong: source('all') } });
execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root], { stdio: 'inherit' });
copyFileSync(join(root, '..', '..', 'LICENSE'), join(root, 'LICENSE'));

const size = (name) => gzipSync(readFileSync(join(dist, `${name}.js`)), { level: 9 }).length;
const sizes = Object.fromEntries(Object.keys({ ...core, ...others }).map((name) => [name, size(name)]));
const whole = Object.values(sizes).reduce((sum, each) => sum + each, 0);
for (const [name, bytes] of [...Object.entries(sizes), ['all entries', whole], ['hutong', size('hutong')]])
  console.log(`${name.padEnd(18)} ${(bytes / KIB).toFixed(2)} KiB gzipped`);
if (sizes.index > CORE_LIMIT || whole > WHOLE_LIMIT) {
  console.error(`Too large: at most ${CORE_LIMIT} bytes for the core and ${WHOLE_LIMIT} for all entries.`);
  process.exitCode = 1;
}
