// Against Hutong's own server: the sample Echo, as ./test has built it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebSocketClient, type ClientOptions } from '../src/core/index.js';
import { chromium, launch } from './support/chromium.js';
import { PageServer } from './support/page-server.js';

const program = fileURLToPath(new URL('../../../artifacts/bin/Echo/release/Echo', import.meta.url));
const missing = existsSync(program) ? '' : ' (samples/Echo is not built)';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(missing)(`Hutong's server${missing}`, () => {
  const running: ChildProcess[] = [];
  const clients: WebSocketClient[] = [];

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    for (const process of running.splice(0))
      await stop(process);
  });

  function start(port: number): ChildProcess {
    const process = spawn(program, ['--urls', `http://127.0.0.1:${port}`], { stdio: 'ignore' });
    running.push(process);
    return process;
  }

  async function stop(process: ChildProcess): Promise<void> {
    if (process.exitCode !== null || process.signalCode)
      return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }

  function connect(port: number, options?: ClientOptions): WebSocketClient {
    const client = new WebSocketClient(`ws://127.0.0.1:${port}/echo`, { WebSocket, reconnect: { base: 20, cap: 200 }, ...options });
    clients.push(client);
    return client;
  }

  const next = (client: WebSocketClient, type: string) => new Promise<any>((resolve) => client.once(type, resolve));

  test('is waited for while it starts; then text, bytes and large messages come back', async () => {
    const port = await freePort();
    const client = connect(port);
    const first = client.send('hello', { text: '互通' });
    expect(first.status).toBe('queued');
    const echo = next(client, 'hello');
    start(port);
    expect(await echo).toEqual({ text: '互通' });
    expect(first.status).toBe('sent');

    const bytes = next(client, 'raw');
    client.sendRaw(new Uint8Array([0, 1, 255]));
    expect([...new Uint8Array(await bytes)]).toEqual([0, 1, 255]);

    const large = next(client, 'large');
    const payload = '互'.repeat(1 << 20);
    client.send('large', payload);
    expect(await large === payload).toBe(true);
  });

  test('is killed and started again: what is sent meanwhile arrives, in order', async () => {
    const port = await freePort();
    const before = start(port);
    const client = connect(port);
    const came: number[] = [];
    client.on('n', (n) => came.push(n));
    const one = next(client, 'n');
    client.send('n', 0);
    await one;
    const closed = new Promise((resolve) => client.addEventListener('close', resolve));
    await stop(before);
    await closed;
    for (let n = 1; n <= 50; n++)
      client.send('n', n);
    start(port);
    await expect.poll(() => came.length).toBe(51);
    expect(came).toEqual(Array.from({ length: 51 }, (_, n) => n));
  });

  test.skipIf(!chromium)('talks with a page of another origin', async () => {
    const port = await freePort();
    start(port);
    const pages = await PageServer.start();
    pages.pages.set('/', `<!doctype html><script type="module">
      import { WebSocketClient } from './hutong.js';
      const client = window.client = new WebSocketClient('ws://127.0.0.1:${port}/echo', { reconnect: { base: 20, cap: 200 } });
      client.on('n', (n) => document.body.append(n, ' '));
      for (let n = 0; n < 5; n++)
        client.send('n', n);
    </script><body></body>`);
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(pages.url);
      await page.waitForFunction(() => document.body.textContent!.trim() === '0 1 2 3 4');
      await page.evaluate(() => (window as any).client.close());
      expect(await page.evaluate(() => (window as any).client.readyState)).toBe(3);
    } finally {
      await browser.close();
      await pages.stop();
    }
  });
});
