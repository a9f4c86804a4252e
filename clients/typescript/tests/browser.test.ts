// The built files in a real browser, as a page without any build loads them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium, launch } from './support/chromium.js';
import { HttpServer } from './support/http-server.js';
import { PageServer } from './support/page-server.js';

const isRequired = !!process.env.CI;
const missing = chromium ? '' : ' (chromium is not installed)';

const PAGE = `<!doctype html><meta charset="utf-8"><title>client</title>
<script type="module">
  import { WebSocketClient } from './index.js';
  import { RoomClient } from './rooms.js';
  const client = window.client = new WebSocketClient('/ws', { reconnect: { base: 10, cap: 50 } });
  window.RoomClient = RoomClient;
  window.events = [];
  client.addEventListener('state', ({ state }) => events.push(state));
  client.on('chat_message', (payload) => document.body.append(payload.content));
</script>`;

describe.skipIf(!chromium && !isRequired)(`in Chromium${missing}`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: PageServer;

  beforeAll(async () => {
    if (!chromium)
      throw new Error('chromium is not installed, and CI is set.');
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await PageServer.start();
    server.pages.set('/', PAGE);
    context = await browser.newContext();
    context.setDefaultTimeout(30_000);
  });
  afterEach(async () => {
    await context?.close();
    await server?.stop();
  });

  async function open(path = ''): Promise<Page> {
    const page = await context.newPage();
    await page.goto(server.url + path);
    return page;
  }

  const inState = (page: Page, state: string) => page.waitForFunction((state) => (window as any).client?.state === state, state);

  test('a plain module connects, hears and speaks', async () => {
    const page = await open();
    await inState(page, 'open');
    server.broadcast({ type: 'chat_message', payload: { content: '互通' } });
    await page.waitForFunction(() => document.body.textContent!.includes('互通'));
    expect(await page.evaluate(() => (window as any).client.request('add', { n: 1 }))).toEqual({ n: 1 });
    expect(await page.evaluate(() => (window as any).client.url)).toBe(`${server.url.replace('http', 'ws')}ws`);
  });

  test('it comes back when it was cut, with what was sent meanwhile', async () => {
    const page = await open();
    await inState(page, 'open');
    for (const socket of server.sockets)
      socket.terminate();
    await page.waitForFunction(() => (window as any).events.includes('waiting') || (window as any).client.state === 'waiting');
    await page.evaluate(() => { (window as any).client.send('note', 'meanwhile'); });
    await inState(page, 'open');
    expect(await page.evaluate(() => (window as any).client.request('after'))).toBeUndefined();
    expect(server.connections).toBe(2);
    expect(server.heard.map(({ type }) => type)).toEqual(['note', 'after']);
  });

  test('without a network it waits for one, and then does not wait any longer', async () => {
    const page = await open();
    await inState(page, 'open');
    await context.setOffline(true);
    await page.waitForFunction(() => !navigator.onLine);
    server.refuseSockets = true;
    for (const socket of server.sockets)
      socket.terminate();
    await inState(page, 'offline');
    server.refuseSockets = false;
    await context.setOffline(false);
    await inState(page, 'open');
  });

  test('binary in both directions, and a file', async () => {
    server.onConnection = (socket) => {
      socket.removeAllListeners('message');
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    };
    const page = await open();
    await inState(page, 'open');
    const result = await page.evaluate(async () => {
      const { client } = window as any;
      const pieces: ArrayBuffer[] = [];
      const whole = new Promise<void>((resolve) => {
        client.on('raw', (data: ArrayBuffer) => { if (pieces.push(data) === 4) resolve(); });
      });
      const sent = await client.sendStream(new File([new Uint8Array(200_000).fill(7)], 'file'));
      await whole;
      const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
      return { sent, length: bytes.length, last: bytes.at(-1), isBuffer: pieces[0] instanceof ArrayBuffer };
    });
    expect(result).toEqual({ sent: 200_000, length: 200_000, last: 7, isBuffer: true });
  });

  test('a room is resumed', async () => {
    const since: unknown[] = [];
    server.answers = (message, answer) => {
      if (message.type !== 'join')
        return;
      since.push(message.since);
      const missed = [{ type: 'n', room: 'r', epoch: 'e', offset: 2, payload: 'two' }];
      answer({ room: 'r', epoch: 'e', offset: since.length, payload: message.since && { recovered: true, missed } });
    };
    const page = await open();
    await page.evaluate(() => {
      const { client, RoomClient } = window as any;
      const room = (window as any).room = new RoomClient(client).join('r');
      room.on('*', (payload: string) => document.body.append(payload));
    });
    await page.waitForFunction(() => (window as any).room.state === 'joined');
    for (const socket of server.sockets)
      socket.terminate();
    await page.waitForFunction(() => document.body.textContent!.includes('two'));
    expect(since).toEqual([undefined, { epoch: 'e', offset: 1 }]);
    expect(await page.evaluate(() => (window as any).room.position)).toEqual({ epoch: 'e', offset: 2 });
  });

  describe.each(['worker', 'channel'])('one connection for all tabs, by %s', (via) => {
    beforeEach(() => {
      server.pages.set('/tab', PAGE
        .replace("import { RoomClient }", "import { sharedTab } from './shared-tab.js';\n  import { RoomClient }")
        .replace('{ reconnect:', `{ WebSocket: sharedTab({ via: '${via}' }), heartbeat: { interval: 60, timeout: 10000 }, reconnect:`));
    });

    const request = (page: Page, payload: unknown) => page.evaluate((payload) => (window as any).client.request('q', payload), payload);
    const text = (page: Page) => page.evaluate(() => document.body.textContent);

    test('all hear, each gets its own answers, and the last one closes it', async () => {
      const tabs = [await open('tab'), await open('tab'), await open('tab')];
      for (const tab of tabs)
        await inState(tab, 'open');
      expect(server.connections).toBe(1);
      server.broadcast({ type: 'chat_message', payload: { content: 'all' } });
      for (const tab of tabs)
        await tab.waitForFunction(() => document.body.textContent!.includes('all'));
      expect(await Promise.all(tabs.map((tab, i) => request(tab, i)))).toEqual([0, 1, 2]);
      await tabs[0]!.evaluate(() => (window as any).client.close());
      expect(await request(tabs[1]!, 'still')).toBe('still');
      await tabs[1]!.evaluate(() => (window as any).client.close());
      const ended = new Promise((resolve) => [...server.sockets][0]!.on('close', resolve));
      await tabs[2]!.evaluate(() => (window as any).client.close());
      expect(await ended).toBe(1000);
    });

    test('a tab that goes leaves its rooms, and nobody else\'s; another one takes over what it did', async () => {
      const first = await open('tab');
      await inState(first, 'open');
      const second = await open('tab');
      await inState(second, 'open');
      const join = (page: Page, ...names: string[]) => page.evaluate(async (names) => {
        const { client, RoomClient } = window as any;
        const rooms = (window as any).rooms ??= new RoomClient(client);
        for (const name of names) {
          const room = rooms.join(name);
          room.on('*', (payload: string) => document.body.append(payload));
          await new Promise((resolve) => room.addEventListener('joined', resolve));
        }
      }, names);
      const left = () => server.heard.filter(({ type }) => type === 'leave').map(({ room }) => room);
      await join(first, 'both', 'first');
      await join(second, 'both', 'second');
      // Nobody leaves a room that another tab is in.
      await second.evaluate(() => (window as any).rooms.join('both').leave());
      expect(left()).toEqual([]);
      await join(second, 'both');
      await second.close();
      await expect.poll(left).toEqual(['second']);
      expect(server.connections).toBe(1);

      const third = await open('tab');
      await inState(third, 'open');
      await join(third, 'third');
      await first.close();
      await expect.poll(() => server.connections + left().length).toBeGreaterThan(1);
      await inState(third, 'open');
      expect(await request(third, 'goes on')).toBe('goes on');
      server.broadcast({ type: 'n', room: 'third', payload: 'heard' });
      await third.waitForFunction(() => document.body.textContent!.includes('heard'));
      expect(await text(third)).toContain('heard');
    });

    test('when the connection is lost, all come back on one', async () => {
      const tabs = [await open('tab'), await open('tab')];
      for (const tab of tabs)
        await inState(tab, 'open');
      for (const socket of server.sockets)
        socket.terminate();
      for (const tab of tabs)
        await tab.waitForFunction(() => (window as any).events.filter((state: string) => state === 'open').length === 2);
      expect(server.connections).toBe(2);
      expect(server.sockets.size).toBe(1);
    });
  });

  describe('where a WebSocket cannot be opened', () => {
    let rooms: HttpServer;

    beforeEach(() => {
      rooms = new HttpServer();
      server.refuseSockets = true;
      server.onRequest = (request, response) => {
        if (!request.url!.startsWith('/rt/'))
          return false;
        void rooms.serve(request, response);
        return true;
      };
      server.pages.set('/fallback', PAGE
        .replace("import { RoomClient }", "import { fallback } from './fallback.js';\n  import { RoomClient }")
        .replace("'/ws', {", `'/rt', {
          WebSocket: fallback({ retryUpwards: 0, onTransport: (transport) => (window.used ??= []).push(transport) }),`));
    });

    const used = (page: Page) => page.evaluate(() => (window as any).used);

    test('server-sent events carry it, and go on where they broke off', async () => {
      const page = await open('fallback');
      await inState(page, 'open');
      expect(await used(page)).toEqual(['sse']);
      expect(await page.evaluate(() => (window as any).client.request('n', { some: 'thing' }))).toEqual({ some: 'thing' });
      rooms.tell({ type: 'chat_message', payload: { content: 'one ' } });
      await page.waitForFunction(() => document.body.textContent!.includes('one'));
      server.cutRequests('/rt/sse');
      rooms.tell({ type: 'chat_message', payload: { content: 'two' } });
      await page.waitForFunction(() => document.body.textContent!.includes('two'));
      expect(await page.evaluate(() => document.body.textContent!.trim())).toBe('one two');
      expect(await page.evaluate(() => (window as any).events.filter((state: string) => state === 'open').length)).toBeLessThanOrEqual(1);
      await page.evaluate(() => (window as any).client.close());
      await expect.poll(() => rooms.sessions.size).toBe(0);
    });

    test('long polling does where there are no events, also after the page was loaded again', async () => {
      rooms.sse = false;
      const page = await open('fallback');
      await inState(page, 'open');
      expect(await used(page)).toEqual(['poll']);
      rooms.requests.length = 0;
      await page.reload();
      await inState(page, 'open');
      expect(await used(page)).toEqual(['poll']);
      expect(rooms.requests).not.toContain('sse');
      rooms.tell({ type: 'chat_message', payload: { content: 'polled' } });
      await page.waitForFunction(() => document.body.textContent!.includes('polled'));
    });
  });
});
