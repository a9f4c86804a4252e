import { lineChart } from '../../lib/chart.js';
import { client } from '../../lib/connection.js';
import { h, setText } from '../../lib/dom.js';
import { number } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';
import { Figures } from './figures.js';
import { t } from './texts.js';
import * as transports from './transports.js';
import { TRANSPORTS, type TransportName } from './transports.js';

interface ServerState {
  cpu: number; cores: number; system: string; runtime: string; architecture: string;
  heads: Partial<Record<TransportName, { requests: number; bytes: number }>>;
}

const COLOURS: Record<TransportName, string> = { polling: 'soft', long: 'amber', stream: 'blue', sse: 'jade', ws: 'door' };
const COLUMNS = ['received', 'p50', 'p99', 'requests', 'overhead', 'missed', 'cuts', 'back', 'cpu'] as const;
const SHOWN = 120;
const RENEW = 5000;
const ALONE = 4500;
const LOCK = 'hutong-lab';

async function ask(): Promise<ServerState> {
  return (await fetch('/lab/server', { cache: 'no-store' })).json();
}

export const page: Page = {
  rooms: ['lab', '/rt', '/rt/sse', '/rt/stream', '/rt/poll', '/rt/rooms/lab'],
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    let figures = fresh();
    let running: AbortController | undefined;
    let server: ServerState | undefined;
    let heads: ServerState['heads'] = {};
    let times: number[] = [];
    let medians = emptyMedians();
    let release = () => {};
    let idle: number | undefined;
    const lines = new EventTarget();
    const others = new BroadcastChannel(LOCK);
    others.onmessage = () => {
      if (!running)
        return;
      stop();
      notice.hidden = false;
    };

    const slider = (name: 'rate' | 'size' | 'poll', min: number, max: number, step: number, value: number,
      unit: 'perSecond' | 'bytes' | 'ms') => {
      const output = h('output', { for: `lab-${name}` }, t(unit, { n: number(value) }));
      const input = h('input', { type: 'range', id: `lab-${name}`, min, max, step, value, 'data-testid': `lab-${name}`,
        'aria-valuetext': t(unit, { n: value }), oninput: () => {
        setText(output, t(unit, { n: number(input.valueAsNumber) }));
        input.setAttribute('aria-valuetext', output.textContent!);
        if (running)
          void feed();
      } });
      return { input, element: h('div', { class: 'slider' }, h('label', { for: `lab-${name}` }, t(name), ' ', output), input) };
    };
    const rate = slider('rate', 1, 50, 1, 10, 'perSecond');
    const size = slider('size', 16, 4096, 16, 128, 'bytes');
    const poll = slider('poll', 250, 5000, 250, 1000, 'ms');
    const toggle = h('button', { type: 'button', class: 'button primary', 'data-testid': 'lab-start',
      onclick: () => running ? stop() : void start() }, t('start'));
    const cut = h('button', { type: 'button', class: 'button', disabled: true, 'data-testid': 'lab-cut',
      onclick: () => lines.dispatchEvent(new Event('cut')) }, t('cut'));
    const alone = h('button', { type: 'button', class: 'button', 'data-testid': 'lab-alone', onclick: () => void measureAlone() },
      t('alone'));
    const csv = h('button', { type: 'button', class: 'button', 'data-testid': 'lab-csv', onclick: () => save() }, t('csv'));
    const status = h('p', { class: 'muted small', role: 'status' });
    const notice = h('div', { class: 'notice row', hidden: true }, h('span', { class: 'grow' }, t('busyElsewhere')),
      h('button', { type: 'button', class: 'button', onclick: () => void start(true) }, t('takeOver')));
    const body = h('tbody', { 'data-testid': 'lab-table' }, ...TRANSPORTS.map((name) => h('tr', { 'data-testid': `lab-${name}` },
      h('th', { scope: 'row' }, h('i', { class: `swatch ${name}`, 'aria-hidden': 'true' }), t(name)),
      ...COLUMNS.map(() => h('td', { class: 'num' }, t('none'))))));
    const chart = lineChart(t('chart'),
      TRANSPORTS.map((name) => ({ label: t(name), colour: COLOURS[name],
        value: (value: number | null) => value === null ? '–' : `${number(value, 1)} ms` })), { log: true, height: 240, unit: ' ms' });
    const where = h('p', { class: 'muted small', 'data-testid': 'lab-where' });

    main.append(
      h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
      notice,
      h('section', { class: 'card' },
        h('div', { class: 'sliders' }, rate.element, size.element, poll.element),
        h('div', { class: 'row' }, toggle, cut, alone, csv), status),
      h('section', { class: 'card gap-top scroll', tabindex: '0', role: 'region', 'aria-label': t('title') },
        h('table', { class: 'wide' }, h('thead', {},
          h('tr', {}, h('th', { scope: 'col' }, t('transport')), ...COLUMNS.map((key) => h('th', { scope: 'col', class: 'num' }, t(key))))),
          body), where),
      h('section', { class: 'card gap-top' }, h('h2', {}, t('chart')), chart.element),
      h('section', { class: 'how' }, h('h2', {}, t('afterCut')),
        h('dl', { class: 'after' }, ...TRANSPORTS.flatMap((name) => [h('dt', {}, t(name)), h('dd', {}, t(`cut_${name}`))]))),
      h('section', { class: 'how' }, h('h2', {}, t('how')),
        h('ol', {}, ...(['how1', 'how2', 'how3', 'how4'] as const).map((each) => h('li', {}, t(each))))));

    function feed(): Promise<unknown> {
      return client.request('lab_feed', { rate: rate.input.valueAsNumber, size: size.input.valueAsNumber }).catch(() => {});
    }

    /** Of all windows of this browser one measures: six connections to a host do not suffice for two. */
    async function takeTurn(steal: boolean): Promise<boolean> {
      // Locks are for pages that came over a safe way. Elsewhere whoever comes last measures.
      if (!('locks' in navigator)) {
        others.postMessage('mine');
        return true;
      }
      return new Promise((resolve) => {
        void navigator.locks.request(LOCK, steal ? { steal } : { ifAvailable: true }, (lock) => {
          resolve(!!lock);
          return lock ? new Promise<void>((done) => { release = done; }) : undefined;
        }).catch(() => {
          // Another window has taken over.
          stop();
          notice.hidden = false;
        });
      });
    }

    async function start(steal = false): Promise<boolean> {
      if (running || !await takeTurn(steal)) {
        notice.hidden = !!running;
        return false;
      }
      notice.hidden = true;
      // What was measured alone stays.
      const before = figures;
      figures = fresh();
      for (const name of TRANSPORTS)
        figures[name].cpu = before[name].cpu;
      times = [];
      medians = emptyMedians();
      void run(TRANSPORTS);
      return true;
    }

    async function run(names: readonly TransportName[]): Promise<void> {
      const mine = running = new AbortController();
      setText(toggle, t('stop'));
      cut.disabled = false;
      alone.disabled = true;
      // What was counted before does not count.
      const state = await ask().catch(() => undefined);
      server = state;
      heads = state?.heads ?? {};
      if (mine.signal.aborted)
        return;
      void feed();
      const renew = setInterval(() => void feed(), RENEW);
      mine.signal.addEventListener('abort', () => clearInterval(renew));
      for (const name of names)
        void transports[name](figures[name], mine.signal, lines, () => poll.input.valueAsNumber);
    }

    function stop(): void {
      running?.abort();
      running = undefined;
      release();
      setText(toggle, t('start'));
      cut.disabled = true;
      alone.disabled = false;
    }

    /** Runs one after the other, and asks the server before and after how much it has worked. */
    async function measureAlone(): Promise<void> {
      if (running || !await takeTurn(false)) {
        notice.hidden = !!running;
        return;
      }
      figures = fresh();
      const share = async (what: string, names: readonly TransportName[]) => {
        setText(status, t('measuring', { what }));
        if (names.length)
          await run(names);
        alone.disabled = toggle.disabled = true;
        await new Promise((resolve) => setTimeout(resolve, 500));
        const [before, from] = [await ask(), performance.now()];
        await new Promise((resolve) => setTimeout(resolve, ALONE));
        const [after, to] = [await ask(), performance.now()];
        running?.abort();
        running = undefined;
        return (after.cpu - before.cpu) / (to - from) * 100;
      };
      try {
        idle = await share(t('rest'), []);
        for (const name of TRANSPORTS)
          figures[name].cpu = Math.max(0, await share(t(name), [name]) - idle);
        setText(status, t('idle', { n: number(idle, 1) }));
      } catch {
        setText(status, '');
      }
      toggle.disabled = false;
      stop();
      draw();
    }

    function row(name: TransportName): (number | undefined)[] {
      const one = figures[name];
      const [before, now] = [heads[name], server?.heads[name]];
      const requests = now ? now.requests - (before?.requests ?? 0) : 0;
      const headBytes = now ? now.bytes - (before?.bytes ?? 0) : 0;
      return [one.received, one.quantile(0.5), one.quantile(0.99), requests, one.overhead(headBytes), one.missed, one.cuts, one.backAfter, one.cpu];
    }

    function draw(): void {
      TRANSPORTS.forEach((name, index) => {
        const [received, p50, p99, requests, overhead, missed, cuts, back, cpu] = row(name);
        const shown = [number(received!), p50 === undefined ? t('none') : `${number(p50, 1)} ms`,
          p99 === undefined ? t('none') : `${number(p99, 1)} ms`, number(requests!),
          overhead === undefined ? t('none') : `${number(overhead)} B`, number(missed!), number(cuts!), back === undefined ? t('none') : `${number(back)} ms`,
          cpu === undefined ? t('none') : `${number(cpu, 2)} %`];
        shown.forEach((value, column) => setText(body.children[index]!.children[column + 1]!, value));
      });
      if (server) {
        const browser = /(Firefox|Edg|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0].replace('/', ' ') ?? '';
        setText(where, t('on', { ...server, browser,
          where: t(/^(localhost|127\.|\[::1)/.test(location.hostname) ? 'same' : 'apart') } as unknown as Record<string, string>));
      }
    }

    function save(): void {
      const lines = [['transport', ...COLUMNS].join(','),
        ...TRANSPORTS.map((name) => [name,
          ...row(name).map((value) => value === undefined ? '' : Math.round(value * 1000) / 1000)].join(','))];
      const link = h('a', { download: 'hutong-transports.csv',
        href: URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' })) });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }

    const timer = setInterval(() => {
      if (!running)
        return;
      void ask().then((state) => { server = state; }).catch(() => {});
      times = [...times, Date.now() / 1000].slice(-SHOWN);
      for (const name of TRANSPORTS) {
        const median = figures[name].takeRecent();
        medians[name] = [...medians[name], median === null ? null : Math.max(0.1, median)].slice(-SHOWN);
      }
      chart.set([times, ...TRANSPORTS.map((name) => medians[name])]);
      draw();
    }, 1000);
    return () => {
      clearInterval(timer);
      stop();
      others.close();
      chart.destroy();
    };
  },
};

function fresh(): Record<TransportName, Figures> {
  return Object.fromEntries(TRANSPORTS.map((name) => [name, new Figures()])) as Record<TransportName, Figures>;
}

function emptyMedians(): Record<TransportName, (number | null)[]> {
  return Object.fromEntries(TRANSPORTS.map((name) => [name, []])) as unknown as Record<TransportName, (number | null)[]>;
}
