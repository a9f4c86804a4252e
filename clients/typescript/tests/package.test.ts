// What is published: the files, their sizes, and that they work as they are.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { HostileServer } from './support/hostile-server.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const entries = Object.values(manifest.exports).flatMap((entry: any) => entry.default ? [entry.default as string] : []);
const scratch = mkdtempSync(join(tmpdir(), 'hutong-client-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const gzipped = (file: string) => gzipSync(readFileSync(join(root, file)), { level: 9 }).length;

test('the core is at most 8 KiB, everything at most 20', () => {
  expect(gzipped('dist/index.js')).toBeLessThanOrEqual(8 * 1024);
  const files = [...entries.filter((file) => !file.endsWith('/hutong.js')), 'dist/shared-tab-worker.js'];
  expect(files.reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThanOrEqual(20 * 1024);
  expect(gzipped('dist/hutong.js')).toBeLessThanOrEqual(20 * 1024);
});

test('no dependencies', () => {
  expect([manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies]).toEqual([undefined, undefined, undefined]);
});

test('the package holds what it needs and nothing else', () => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  const built = [...entries.map((entry) => entry.replace('./', '')), 'dist/shared-tab-worker.js'];
  for (const wanted of ['package.json', 'README.md', 'LICENSE', ...built])
    expect(paths).toContain(wanted);
  for (const entry of Object.values(manifest.exports) as any[]) {
    if (entry.types)
      expect(paths).toContain(entry.types.replace('./', ''));
  }
  const known = /^(package\.json|README\.md|LICENSE|dist\/[\w-]+\.js(\.map)?|dist\/types\/.*\.d\.ts)$/;
  expect(paths.filter((path) => !known.test(path))).toEqual([]);
});

test('the program of the README runs in Node as it stands there', async () => {
  const [program] = /(?<=```js\n)[^`]*/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  const lines = program.trim().split('\n');
  expect(lines.length).toBeLessThanOrEqual(6);
  const server = await HostileServer.start((connection) => {
    const socket = connection.serve();
    socket.send(JSON.stringify({ type: 'chat_message', payload: { content: 'heard' } }));
  });
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
  writeFileSync(join(scratch, 'package.json'), '{"type":"module"}');
  // Node 20 has no WebSocket of its own.
  const prelude = "import { WebSocket } from 'ws';\nglobalThis.WebSocket ??= WebSocket;\n";
  const text = program.replaceAll(/from 'hutong-client'/g, `from '${join(root, 'dist/index.js')}'`).replace(/wss?:\/\/[^']*/, server.url);
  const ending = "\nclient.on('chat_message', () => client.close());\n";
  writeFileSync(join(scratch, 'program.js'), prelude + text + ending);
  const output = await new Promise<string>((resolve, reject) => {
    import('node:child_process').then(({ execFile }) => execFile(process.execPath, [join(scratch, 'program.js')], { timeout: 20_000 },
      (error, stdout, stderr) => error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout)));
  });
  expect(output).toContain('heard');
  expect(server.effects).toHaveLength(1);
  await server.stop();
});

test('the types suit a strict program', () => {
  writeFileSync(join(scratch, 'program.ts'), `
import { WebSocketClient, getClient, HutongError, ServerError, type Message } from 'hutong-client';
import { RoomClient } from 'hutong-client/rooms';
interface Types { chat: { content: string }; count: number }
const client = new WebSocketClient<Types>('ws://server/', { connect: false, auth: { token: async ({ fresh }) => fresh ? 'a' : 'b' } });
client.on('chat', (payload, message) => { const text: string = payload.content; const type: string = message.type; void text; void type; });
client.send('count', 1);
// @ts-expect-error a number is no chat
client.send('chat', 1);
// @ts-expect-error there is no such type
client.on('other', () => {});
client.addEventListener('state', ({ state, retryAt }) => { if (state === 'waiting') { const at: number | undefined = retryAt; void at; } });
const untyped = getClient('ws://server/');
client.on('raw', (data) => { if (typeof data === 'string') data.trim(); });
untyped.on('anything', (payload: { x: number }) => payload.x);
const rooms = new RoomClient(untyped);
rooms.join('r').on<{ n: number }>('t', ({ n }, publication: Message<{ n: number }>) => { void n; void publication.offset; });
const error: HutongError = new ServerError('c', 'm', {});
void error;
`);
  writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      strict: true, noEmit: true, module: 'NodeNext', moduleResolution: 'NodeNext', target: 'ES2022', lib: ['ES2022', 'DOM'], types: [],
      skipLibCheck: false, exactOptionalPropertyTypes: false, typeRoots: [],
      baseUrl: scratch,
      paths: {
        'hutong-client': [join(root, 'dist/types/core/index.d.ts')],
        'hutong-client/rooms': [join(root, 'dist/types/rooms/index.d.ts')],
      },
    },
    files: ['program.ts'],
  }));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', scratch], { encoding: 'utf8' });
  expect(stdout).toBe('');
});
