import { WatchedWebSocket } from '../../lib/frames.js';
import { fill, h, setText } from '../../lib/dom.js';
import { clock, texts } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';

const t = texts({
  en: {
    title: 'The guides’ clients', lead: 'Five Chinese guides to WebSocket show client classes. These addresses speak their dialogues, unchanged, in the same rooms as the pages here: paste a class into the console and it works.',
    address: 'Address', dialogue: 'What it says', same: 'Same room as', try: 'Try it', connect: 'Connect', disconnect: 'Disconnect',
    send: 'Send', message: 'Message', said: 'Conversation', paste: 'In the console',
    chat: 'join {username}, message {content} → userJoined, message, userLeft', stocks: 'subscribe {symbol}, unsubscribe → price',
    docs: 'edit {position, content}, cursor → sync, edit, cursor', notifications: 'bare notices: title, message, icon, type',
    game: 'move {direction: w a s d} → init, gameState, playerJoined, playerLeft', monitor: 'bare metrics, once a second',
    echo: 'everything comes back; ping, auth by URL or first message; a heartbeat of the server’s own after ten quiet seconds',
    opened: 'open', ended: 'closed with {code}', choose: 'Choose an address', lobby: 'the chat’s lobby', ticker: 'the ticker',
    inbox: 'the inbox of that name', arena: 'the arena', metrics: 'the dashboard', none: '–',
    about1: 'A session in the rooms need not speak the envelope: a wire of thirty lines translates.',
    about2: 'Heartbeats are answered in the three forms that the guides use.',
    about3: 'What is not understood is answered with an error; the connection lives.',
  },
  zh: {
    title: '指南里的客户端', lead: '五篇 WebSocket 指南给出了客户端类。下面的地址照原样说它们的话，进的是本站页面的同一批房间：把类粘进控制台就能用。',
    address: '地址', dialogue: '对话', same: '同一房间', try: '试试', connect: '连接', disconnect: '断开', send: '发送', message: '消息', said: '对话记录',
    paste: '在控制台里',
    chat: 'join {username}、message {content} → userJoined、message、userLeft', stocks: 'subscribe {symbol}、unsubscribe → price',
    docs: 'edit {position, content}、cursor → sync、edit、cursor', notifications: '只收通知：title、message、icon、type',
    game: 'move {direction: w a s d} → init、gameState、playerJoined、playerLeft', monitor: '每秒一份指标', echo: '原样返回；ping，URL 或首条消息认证；安静十秒后服务器主动发心跳',
    opened: '已打开', ended: '已关闭，代码 {code}', choose: '选择地址', lobby: '聊天前厅', ticker: '行情', inbox: '该名字的收件箱', arena: '竞技场', metrics: '仪表盘',
    none: '–',
    about1: '会话不必说信封协议：三十行的适配就能翻译。', about2: '指南里三种写法的心跳都会得到回应。', about3: '听不懂的消息回一个错误，连接照旧。',
  },
});

const SEEDS = [
  { key: 'chat', path: '/seeds/chat', room: 'lobby', first: '{"type":"join","username":"张三"}', next: '{"type":"message","content":"大家好"}' },
  { key: 'stocks', path: '/seeds/stocks', room: 'ticker', first: '{"type":"subscribe","symbol":"AAPL"}',
    next: '{"type":"unsubscribe","symbol":"AAPL"}' },
  { key: 'docs', path: '/seeds/docs?doc=notes', room: 'none', first: '{"type":"edit","position":5,"content":"Hello"}',
    next: '{"type":"cursor","position":3}' },
  { key: 'notifications', path: '/seeds/notifications?userId=user123', room: 'inbox', first: 'ping', next: 'ping' },
  { key: 'game', path: '/seeds/game', room: 'arena', first: '{"type":"move","direction":"d"}', next: '{"type":"move","direction":"s"}' },
  { key: 'monitor', path: '/seeds/monitor', room: 'metrics', first: '{"type":"ping"}', next: 'ping' },
  { key: 'echo', path: '/seeds/echo?token=abc', room: 'none', first: '{"type":"auth","token":"abc"}', next: '{"req_type":8,"req_no":"1"}' },
] as const;

const MOST = 80;

/** The addresses, and a place to talk with each. */
export const page: Page = {
  rooms: SEEDS.map(({ path }) => path),
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    let socket: WebSocket | undefined;
    let seed: (typeof SEEDS)[number] = SEEDS[0];
    const select = h('select', { class: 'input', id: 'seed', 'data-testid': 'seed' },
      ...SEEDS.map(({ key, path }) => h('option', { value: key }, path)));
    const input = h('input', { class: 'input mono', id: 'seed-message', '.value': seed.first, 'data-testid': 'seed-message' });
    const log = h('div', { class: 'conversation', role: 'log', tabindex: '0', 'aria-label': t('said'), 'data-testid': 'seed-log' });
    const toggle = h('button', { type: 'button', class: 'button primary', 'data-testid': 'seed-connect',
      onclick: () => socket ? socket.close(1000) : open() }, t('connect'));
    const send = h('button', { class: 'button', disabled: true, 'data-testid': 'seed-send' }, t('send'));

    function note(kind: string, text: string): void {
      log.append(h('p', { class: `frame ${kind}` }, h('time', {}, clock(Date.now(), true)), h('code', {}, text)));
      while (log.childElementCount > MOST)
        log.firstElementChild!.remove();
      log.scrollTop = log.scrollHeight;
    }

    function open(): void {
      const mine = socket = new WatchedWebSocket(new URL(seed.path, location.href.replace(/^http/, 'ws')));
      fill(log);
      setText(toggle, t('disconnect'));
      mine.onopen = () => {
        send.disabled = false;
        note('opcode', t('opened'));
      };
      mine.onmessage = ({ data }) => note('received', String(data).slice(0, 600));
      mine.onclose = ({ code }) => {
        note('opcode', t('ended', { code }));
        if (socket !== mine)
          return;
        socket = undefined;
        send.disabled = true;
        setText(toggle, t('connect'));
      };
    }

    select.addEventListener('change', () => {
      seed = SEEDS.find(({ key }) => key === select.value)!;
      input.value = seed.first;
      socket?.close(1000);
    });

    main.append(
      h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
      h('section', { class: 'card scroll', tabindex: '0', role: 'region', 'aria-label': t('title') }, h('table', { class: 'wide wrap' },
        h('thead', {}, h('tr', {}, ...(['address', 'dialogue', 'same'] as const).map((key) => h('th', { scope: 'col' }, t(key))))),
        h('tbody', {}, ...SEEDS.map(({ key, path, room }) => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, path)),
          h('td', {}, t(key)), h('td', {}, t(room))))))),
      h('section', { class: 'card gap-top' }, h('h2', {}, t('try')),
        h('div', { class: 'row tight top' }, h('div', { class: 'grow' }, h('label', { for: 'seed' }, t('choose')), select), toggle),
        h('form', { class: 'row tight', onsubmit: (event: Event) => {
          event.preventDefault();
          if (socket?.readyState !== WebSocket.OPEN)
            return;
          socket.send(input.value);
          note('sent', input.value);
          input.value = seed.next;
        } }, h('div', { class: 'grow' }, h('label', { for: 'seed-message' }, t('message')), input), send),
        log));
    return () => socket?.close(1000);
  },
};
