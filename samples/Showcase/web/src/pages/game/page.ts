import { RoomClient } from 'hutong-client/rooms';
import { BinaryWebSocket } from '../../lib/binary.js';
import { colour } from '../../lib/colour.js';
import { fill, h, setText } from '../../lib/dom.js';
import { number, texts } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';
import { visitor } from '../../lib/settings.js';
import { between, Prediction } from './motion.js';
import { StateReader, type Snapshot } from './state.js';

const t = texts({
  en: {
    title: 'Game', lead: 'Light the lanterns. The server is right; your own steps are predicted, the others’ are smoothed. Keys W A S D or the arrows, or drag on the field.',
    field: 'The arena. Use W, A, S and D or the arrow keys to move.', bots: '{n} bots', addBots: '100 bots', noBots: 'No bots',
    scores: 'Lanterns lit', you: 'you',
    ping: 'Ping', jitter: 'Jitter', loss: 'Frames lost', rate: 'Frames', size: 'Bytes a second', players: 'Players',
    lost: 'The connection is lost: the field stands still.', focus: 'Click the field to play',
    about1: 'Thirty ticks a second by the server; a client says only where it wants to go.',
    about2: 'State as bytes, over the binary dialect: all of it twice a second, changes in between.',
    about3: 'Delivery “Volatile”: a frame that a slow line cannot take is left out, and counted as lost here.',
    about4: 'Own steps are predicted and corrected softly; the others are shown a tenth of a second late, between two frames.',
  },
  zh: {
    title: '游戏', lead: '点亮灯笼。以服务器为准：自己的步子先预测，别人的步子做平滑。用 W A S D 或方向键，也可以在场上拖动。',
    field: '竞技场。用 W、A、S、D 或方向键移动。', bots: '{n} 个机器人', addBots: '100 个机器人', noBots: '不要机器人', scores: '点亮的灯笼', you: '您',
    ping: '延迟', jitter: '抖动', loss: '丢帧', rate: '帧率', size: '每秒字节', players: '玩家', lost: '连接已断开，画面暂停。', focus: '点一下场地开始玩',
    about1: '服务器每秒三十拍；客户端只说想往哪里走。', about2: '状态是字节，走二进制方言：每秒两次全量，其间只发变化。', about3: '“Volatile”投递：慢线路装不下的帧就略过，并在这里计为丢失。',
    about4: '自己的步子先预测再慢慢修正；别人的晚十分之一秒，在两帧之间插值。',
  },
});

const DELAY = 100;
const KEYS: Record<string, [number, number]> = {
  w: [0, -1], a: [-1, 0], s: [0, 1], d: [1, 0], ArrowUp: [0, -1], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowRight: [1, 0],
};

export const page: Page = {
  rooms: ['arena', 'hutong.v1.bin'],
  about: () => [t('about1'), t('about2'), t('about3'), t('about4')],
  mount(main) {
    const ended = new AbortController();
    const { signal } = ended;
    // Its own connection, in the binary dialect: what comes thirty times a second shall not wait behind what a person has written.
    const rooms = new RoomClient('/rt', { WebSocket: BinaryWebSocket, reconnect: { cap: 5000 } });
    const { client } = rooms;
    const reader = new StateReader();
    const names = new Map<number, { name: string; isBot: boolean }>();
    const pressed = new Set<string>();
    let world = { id: 0, width: 1600, height: 900, speed: 260 };
    let prediction = new Prediction(world.width, world.height, world.speed);
    let snapshots: Snapshot[] = [];
    let towards: [number, number] = [0, 0];
    let drag: { x: number; y: number } | undefined;
    let input = 0;
    let trips: number[] = [];
    let asked = 0;
    let last = performance.now();
    let shades: Record<string, string> = {};
    let [countedAt, frames, bytes] = [last, 0, 0];

    const canvas = h('canvas', { class: 'arena', tabindex: '0', role: 'application', 'aria-label': t('field'), 'data-testid': 'arena' });
    const stats = ['ping', 'jitter', 'loss', 'rate', 'size', 'players'] as const;
    const values = Object.fromEntries(stats.map((key) => [key,
      h('dd', { 'data-testid': `stat-${key}` }, '–')])) as Record<(typeof stats)[number], HTMLElement>;
    const scores = h('ol', { class: 'scores', 'data-testid': 'scores' });
    const stale = h('p', { class: 'notice over', role: 'status', hidden: true }, t('lost'));
    const bots = (count: number, key: 'addBots' | 'noBots') => h('button',
      { type: 'button', class: 'button', 'data-testid': key, onclick: () => void client.request('bots', { count }).catch(() => {}) },
      t(key));
    main.append(
      h('div', { class: 'title-row' }, h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
        h('div', { class: 'row' }, bots(100, 'addBots'), bots(0, 'noBots'))),
      h('div', { class: 'field' }, canvas, stale),
      h('div', { class: 'under' },
        h('dl', { class: 'tiles' }, ...stats.map((key) => h('div', { class: 'tile' }, h('dt', {}, t(key)), values[key]))),
        h('section', { class: 'card' }, h('h2', { class: 'small-title' }, t('scores')), scores)));

    function steer(x: number, y: number): void {
      if (x === towards[0] && y === towards[1])
        return;
      towards = [x, y];
      input = (input + 1) % 256;
      client.send('move', { x, y, n: input }, { room: 'arena', urgent: true });
    }

    function fromKeys(): void {
      let [x, y] = [0, 0];
      for (const key of pressed) {
        x += KEYS[key]![0];
        y += KEYS[key]![1];
      }
      steer(Math.sign(x), Math.sign(y));
    }

    // The keys are the field's while it has the focus, and nobody else's keys are taken.
    canvas.addEventListener('keydown', (event) => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (!(key in KEYS) || event.ctrlKey || event.metaKey || event.altKey)
        return;
      event.preventDefault();
      pressed.add(key);
      fromKeys();
    });
    addEventListener('keyup', (event) => {
      if (pressed.delete(event.key.length === 1 ? event.key.toLowerCase() : event.key))
        fromKeys();
    }, { signal });
    canvas.addEventListener('blur', () => {
      pressed.clear();
      steer(0, 0);
    });
    canvas.addEventListener('pointerdown', (event) => {
      drag = { x: event.clientX, y: event.clientY };
      canvas.setPointerCapture(event.pointerId);
      canvas.focus();
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!drag)
        return;
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      const length = Math.hypot(x, y);
      // Eight directions: as many as the keys have, and few messages.
      const turn = Math.round(Math.atan2(y, x) / (Math.PI / 4)) * (Math.PI / 4);
      steer(length < 12 ? 0 : Math.round(Math.cos(turn)), length < 12 ? 0 : Math.round(Math.sin(turn)));
    });
    for (const name of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(name, () => {
        drag = undefined;
        steer(0, 0);
      });
    }

    const room = rooms.join('arena', { info: { name: visitor.name || 'guest' } });
    const enter = async () => {
      reader.forget();
      snapshots = [];
      const answer = await client.request('game_me');
      world = answer;
      prediction = new Prediction(world.width, world.height, world.speed);
    };
    room.addEventListener('joined', () => void enter().catch(() => {}), { signal });
    room.on('state', (frame: Uint8Array) => {
      const snapshot = reader.read(frame, performance.now());
      if (!snapshot)
        return;
      snapshots.push(snapshot);
      snapshots = snapshots.slice(-30);
      const me = snapshot.players.get(world.id);
      if (me)
        prediction.correct(me.x, me.y, snapshot.at, trips.at(-1) ?? 0);
      if (Date.now() - asked > 1000 && [...snapshot.players.keys()].some((id) => !names.has(id))) {
        asked = Date.now();
        client.request('roster').then((all: { id: number; name: string; isBot: boolean }[]) => {
          for (const { id, ...rest } of all)
            names.set(id, rest);
        }).catch(() => {});
      }
    }, { signal });

    function draw(now: number): void {
      if (signal.aborted)
        return;
      requestAnimationFrame(draw);
      const seconds = Math.min(0.1, (now - last) / 1000);
      last = now;
      const isOpen = client.state === 'open';
      stale.hidden = isOpen || client.attempt === 0;
      if (isOpen)
        prediction.step(seconds, ...towards, now);
      const ratio = devicePixelRatio || 1;
      const width = canvas.clientWidth;
      const height = width * world.height / world.width;
      if (canvas.width !== Math.round(width * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      const context = canvas.getContext('2d')!;
      const scale = canvas.width / world.width;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      paint(context, now - DELAY, 1 / scale);
    }

    function paint(context: CanvasRenderingContext2D, at: number, pixel: number): void {
      context.fillStyle = shades.paper!;
      context.fillRect(0, 0, world.width, world.height);
      context.strokeStyle = shades.line!;
      context.lineWidth = 1;
      context.beginPath();
      for (let y = 0, course = 0; y < world.height; y += 60, course++) {
        context.moveTo(0, y);
        context.lineTo(world.width, y);
        for (let x = course % 2 ? 60 : 0; x < world.width; x += 120) {
          context.moveTo(x, y);
          context.lineTo(x, y + 60);
        }
      }
      context.stroke();
      const newest = snapshots.at(-1);
      if (!newest)
        return;
      for (const { x, y } of newest.lanterns) {
        context.fillStyle = shades.brass!;
        context.beginPath();
        context.ellipse(x, y, 11, 14, 0, 0, Math.PI * 2);
        context.fill();
        context.fillStyle = shades.door!;
        context.fillRect(x - 7, y - 16, 14, 4);
        context.fillRect(x - 7, y + 12, 14, 4);
      }
      context.textAlign = 'center';
      context.font = `600 ${Math.max(15, 11 * pixel)}px system-ui, sans-serif`;
      for (const { id } of newest.players.values()) {
        const isMe = id === world.id;
        const place = isMe ? prediction : between(snapshots, id, at);
        if (!place)
          continue;
        const bot = names.get(id)?.isBot ?? false;
        context.fillStyle = isMe ? shades.door! : bot ? shades.edge! : shades.blue!;
        context.beginPath();
        context.arc(place.x, place.y, bot ? 11 : 15, 0, Math.PI * 2);
        context.fill();
        if (bot)
          continue;
        context.fillStyle = shades.ink!;
        context.fillText(isMe ? t('you') : names.get(id)?.name ?? '', place.x, place.y - 22);
      }
    }

    function drawStats(): void {
      const now = performance.now();
      const seconds = (now - countedAt) / 1000;
      const newest = snapshots.at(-1);
      const average = trips.reduce((sum, each) => sum + each, 0) / (trips.length || 1);
      const jitter = trips.reduce((sum, each) => sum + Math.abs(each - average), 0) / (trips.length || 1);
      setText(values.ping, trips.length ? `${number(trips.at(-1)!, 1)} ms` : '–');
      setText(values.jitter, trips.length ? `${number(jitter, 1)} ms` : '–');
      setText(values.loss, `${number(reader.lost)} (${number(reader.lost / Math.max(1, reader.lost + reader.received) * 100, 1)} %)`);
      setText(values.rate, `${number((reader.received - frames) / seconds, 0)} /s`);
      setText(values.size, number((reader.bytes - bytes) / seconds, 0));
      setText(values.players, number(newest?.players.size ?? 0));
      [countedAt, frames, bytes] = [now, reader.received, reader.bytes];
      const best = [...newest?.players.values() ?? []].sort((a, b) => b.score - a.score).slice(0, 8);
      fill(scores, ...best.map(({ id, score }) => h('li', { class: id === world.id ? 'me' : '' },
        h('span', { class: 'grow' }, id === world.id ? `${names.get(id)?.name ?? ''} (${t('you')})` : names.get(id)?.name ?? '…'),
        h('b', {}, score))));
      if (client.state !== 'open')
        return;
      const sent = performance.now();
      client.request('game_ping', undefined, { urgent: true, timeout: 5000 }).then(() => {
        trips.push(performance.now() - sent);
        trips = trips.slice(-20);
      }).catch(() => {});
    }

    function paints(): void {
      shades = Object.fromEntries(['paper', 'line', 'brass', 'door', 'edge', 'blue', 'ink'].map((name) => [name, colour(name)]));
    }
    paints();
    addEventListener('themechange', paints, { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paints, { signal });
    // What a test may know: where one stands.
    Object.defineProperty(canvas, 'state',
      { value: () => ({ id: world.id, x: prediction.x, y: prediction.y, snapshot: snapshots.at(-1) }) });
    const timer = setInterval(drawStats, 1000);
    requestAnimationFrame(draw);
    return () => {
      ended.abort();
      clearInterval(timer);
      void rooms.close();
    };
  },
};
