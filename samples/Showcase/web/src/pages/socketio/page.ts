import type { Room } from 'hutong-client/rooms';
import { rooms } from '../../lib/connection.js';
import { h, setText } from '../../lib/dom.js';
import { clock } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';
import { load, type Socket } from './client.js';
import { t } from './texts.js';

const TABLES = ['east', 'west'] as const;
const TRANSPORTS = { upgrade: ['polling', 'websocket'], websocket: ['websocket'], polling: ['polling'] };
const MOST = 100;
const ANSWER_WITHIN = 5000;

type Table = (typeof TABLES)[number];
const nameOf = (table: Table) => `table:${table}`;

/** What is said in a room, by whichever client. */
interface Said {
  from: string;
  text: string;
}

export const page: Page = {
  rooms: TABLES.map(nameOf),
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    const official = officialClient();
    const own = ownClient();
    main.append(
      h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
      h('div', { class: 'two-tables' }, official.element, own.element));
    return () => {
      official.stop();
      own.stop();
    };
  },
};

/** The official client: what the guide's page does, with buttons. */
function officialClient(): { element: HTMLElement; stop: () => void } {
  let socket: Socket | undefined;
  let isGone = false;
  const state = h('p', { class: 'muted', role: 'status', 'data-testid': 'io-state' }, t('isOff'));
  const transport = h('select', { class: 'input', id: 'io-transport', 'data-testid': 'io-transport' },
    ...Object.keys(TRANSPORTS).map((key) => h('option', { value: key }, t(key as keyof typeof TRANSPORTS))));
  const toggle = h('button', { type: 'button', class: 'button primary', 'data-testid': 'io-connect', onclick: () => socket ? end() : void begin() },
    t('connect'));
  const log = makeLog(t('log'), 'io-log');
  const table = tables('io-table');
  const join = h('button', { type: 'button', class: 'button', disabled: true, 'data-testid': 'io-join',
    onclick: () => socket?.emit('join room', nameOf(table.value as Table)) }, t('join'));
  const toAll = sayForm('io-all', t('all'), t('toAll'), (text) => socket?.emit('chat message', text));
  const toTable = sayForm('io-say', t('toTable'), t('say'), (text) => void sayAtTable(text));

  function draw(): void {
    const on = socket?.connected === true;
    setText(state, on ? t('isOn', { id: socket!.id ?? '', transport: socket!.io.engine.transport.name }) : socket ? t('trying') : t('isOff'));
    setText(toggle, t(socket ? 'disconnect' : 'connect'));
    transport.disabled = socket !== undefined;
    for (const button of [join, toAll.button, toTable.button])
      button.disabled = !on;
  }

  async function begin(): Promise<void> {
    toggle.disabled = true;
    try {
      const connect = await load();
      if (!isGone)
        listen(connect({ transports: TRANSPORTS[transport.value as keyof typeof TRANSPORTS], forceNew: true }));
    } catch {
      log.add('error', t('notLoaded'));
    } finally {
      toggle.disabled = false;
      draw();
    }
  }

  function listen(made: Socket): void {
    socket = made;
    made.on('connect', () => {
      log.add('opcode', t('came'));
      made.io.engine.on('upgrade', () => {
        log.add('opcode', t('moved', { transport: made.io.engine.transport.name }));
        draw();
      });
      draw();
    });
    made.on('disconnect', (reason: string) => {
      log.add('opcode', t('ended', { reason }));
      draw();
    });
    made.on('connect_error', (error: Error) => log.add('error', t('failed', { reason: error.message })));
    made.on('chat message', (text: string) => log.add('received', t('everybody', { text })));
    made.on('user joined', (who: string) => log.add('received', t('joined', { who })));
    made.on('say', ({ from, text }: Said) => log.add('received', t('said', { who: from, text })));
  }

  async function sayAtTable(text: string): Promise<void> {
    try {
      const count = await socket!.timeout(ANSWER_WITHIN).emitWithAck('say', nameOf(table.value as Table), text);
      log.add('sent', t('acknowledged', { n: count }));
    } catch (error) {
      log.add('error', (error as Error).message);
    }
  }

  function end(): void {
    socket?.disconnect();
    socket = undefined;
    draw();
  }

  const element = h('section', { class: 'card', 'aria-labelledby': 'io-official' }, h('h2', { id: 'io-official' }, t('official')), state,
    h('div', { class: 'row tight' }, h('div', { class: 'grow' }, h('label', { for: 'io-transport' }, t('transport')), transport), toggle),
    toAll.element,
    h('div', { class: 'row tight' }, h('div', { class: 'grow' }, h('label', { for: 'io-table' }, t('table')), table), join),
    toTable.element, log.element);
  return {
    element,
    stop() {
      isGone = true;
      end();
    },
  };
}

/** The site's own connection in the same room. */
function ownClient(): { element: HTMLElement; stop: () => void } {
  let room: Room | undefined;
  let ended = new AbortController();
  const log = makeLog(t('ownLog'), 'own-log');
  const table = tables('own-table');
  const form = sayForm('own-say', t('toTable'), t('say'), (text) => {
    const said: Said = { from: t('hutong'), text };
    room!.publish('say', said).catch((error: Error) => log.add('error', error.message));
  });
  form.button.disabled = false;

  function sit(): void {
    ended.abort();
    ended = new AbortController();
    const { signal } = ended;
    void room?.leave();
    room = rooms.join(nameOf(table.value as Table));
    const joined = () => log.add('opcode', t('roomIs', { room: room!.name }));
    room.addEventListener('joined', joined, { signal });
    if (room.state === 'joined')
      joined();
    room.on('say', ({ from, text }: Said) => log.add('received', t('said', { who: from, text })), { signal });
    room.on('user joined', (who: string) => log.add('received', t('joined', { who })), { signal });
  }

  table.addEventListener('change', sit);
  sit();
  return {
    element: h('section', { class: 'card', 'aria-labelledby': 'io-own' }, h('h2', { id: 'io-own' }, t('own')),
      h('p', { class: 'muted' }, 'WebSocket · hutong.v1.json'),
      h('div', { class: 'row tight' }, h('div', { class: 'grow' }, h('label', { for: 'own-table' }, t('table')), table)),
      form.element, log.element),
    stop() {
      ended.abort();
      void room?.leave();
    },
  };
}

function tables(id: string): HTMLSelectElement {
  return h('select', { class: 'input', id, 'data-testid': id }, ...TABLES.map((each) => h('option', { value: each }, `${t(each)} · ${nameOf(each)}`)));
}

function sayForm(id: string, label: string, action: string, say: (text: string) => void): { element: HTMLElement; button: HTMLButtonElement } {
  const input = h('input', { class: 'input', id, maxlength: '500', autocomplete: 'off', 'data-testid': id });
  const button = h('button', { class: 'button', disabled: true, 'data-testid': `${id}-button` }, action);
  const element = h('form', { class: 'row tight', onsubmit: (event: Event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || button.disabled)
      return;
    say(text);
    input.value = '';
  } }, h('div', { class: 'grow' }, h('label', { for: id }, label), input), button);
  return { element, button };
}

function makeLog(label: string, id: string): { element: HTMLElement; add: (kind: string, text: string) => void } {
  const element = h('div', { class: 'conversation', role: 'log', tabindex: '0', 'aria-label': label, 'data-testid': id });
  return {
    element,
    add(kind, text) {
      element.append(h('p', { class: `frame ${kind}` }, h('time', {}, clock(Date.now(), true)), h('span', {}, text)));
      while (element.childElementCount > MOST)
        element.firstElementChild!.remove();
      element.scrollTop = element.scrollHeight;
    },
  };
}
