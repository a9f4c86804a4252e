import type { Room } from 'hutong-client/rooms';
import { lineChart, sparkline, type Chart } from '../../lib/chart.js';
import { colour } from '../../lib/colour.js';
import { client, rooms } from '../../lib/connection.js';
import { fill, h, icon, setText } from '../../lib/dom.js';
import { number } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';
import { recallJson, remember } from '../../lib/settings.js';
import { ReaderCount, readEvents, readSlowly } from './readers.js';
import { t } from './texts.js';

interface Quote { symbol: string; price: number; change: number; bid: number; ask: number; n: number }
interface Candle { time: number; open: number; high: number; low: number; close: number }

const CANDLE = 5;
const SHOWN = 60;
const SPARK = 60;
const SLOW = 2000;

export const page: Page = {
  rooms: ['ticker:*', 'market', '/rt/sse', '/rt/poll'],
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    const counts = { ws: new ReaderCount(), sse: new ReaderCount(), slow: new ReaderCount() };
    const watched = new Map<string, { room: Room; quote?: Quote; past: number[]; row: HTMLElement; cells: HTMLElement[]; canvas: HTMLCanvasElement }>();
    const names = new Map<string, string>();
    const ended = new AbortController();
    let stops: Partial<Record<'sse' | 'slow', () => void>> = {};
    let chosen = '';
    let candles: Candle[] = [];
    let dirty = new Set<string>();

    const session = h('span', { class: 'pill', 'data-testid': 'session' });
    const body = h('tbody', { 'data-testid': 'quotes' });
    const options = h('datalist', { id: 'symbols' });
    const input = h('input', { class: 'input', list: 'symbols', 'aria-label': t('search'), placeholder: t('search'),
      'data-testid': 'symbol' });
    const chartTitle = h('h2', {});
    const chart: Chart = lineChart(t('trend'), ['open', 'high', 'low', 'close'].map((label) => ({ label, colour: 'jade' })),
      { candles: true, height: 260 });
    const readers = h('tbody', { 'data-testid': 'readers' });
    const stale = h('p', { class: 'notice', role: 'status', hidden: true }, t('cut'));

    main.append(
      h('div', { class: 'title-row' }, h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
        h('div', { class: 'row' }, session)),
      stale,
      h('div', { class: 'two' },
        h('section', { class: 'card' },
          h('form', { class: 'row tight', onsubmit: (event: Event) => {
            event.preventDefault();
            const wanted = input.value.trim().toUpperCase();
            const symbol = names.has(wanted) ? wanted : [...names].find(([, name]) => name.toUpperCase().includes(wanted))?.[0];
            if (symbol) {
              watch(symbol);
              input.value = '';
            }
          } }, h('div', { class: 'grow' }, input), options, h('button', { class: 'button primary' }, t('add')),
          h('button', { type: 'button', class: 'button',
            onclick: () => { for (const symbol of names.keys()) watch(symbol, false); save(); } }, t('all'))),
          h('div', { class: 'scroll quotes', tabindex: '0', role: 'region', 'aria-label': t('title') }, h('table', {},
            h('thead', {}, h('tr', {}, ...(['symbol', 'price', 'change', 'spread', 'trend'] as const).map((key, index) => h('th',
              { scope: 'col', class: index === 1 || index === 2 || index === 3 ? 'num' : '' }, t(key))),
              h('th', { scope: 'col' }, h('span', { class: 'sr' }, t('remove', { symbol: '' }))))), body))),
        h('section', { class: 'card' }, chartTitle, chart.element)),
      h('section', { class: 'card gap-top' }, h('h2', {}, t('readers')),
        h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('readers') }, h('table', { class: 'wide readers' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('how')),
            ...(['received', 'rate', 'conflated', 'age'] as const).map((key) => h('th', { scope: 'col', class: 'num' }, t(key))),
            h('th', {}, ''))), readers)),
        h('p', { class: 'muted small' }, t('note'))));

    function save(): void {
      remember('watchlist', JSON.stringify([...watched.keys()]));
    }

    function watch(symbol: string, saves = true): void {
      if (watched.has(symbol))
        return;
      const room = rooms.join(`ticker:${symbol}`);
      const cells = [1, 2, 3].map(() => h('td', { class: 'num' }));
      const canvas = h('canvas', { class: 'spark', 'aria-hidden': 'true' });
      const row = h('tr', { 'data-testid': `quote-${symbol}` },
        h('th', { scope: 'row' }, h('button',
          { type: 'button', class: 'link', 'aria-label': t('pick', { symbol }), onclick: () => void choose(symbol) }, symbol),
          h('small', { class: 'muted' }, names.get(symbol) ?? '')),
        ...cells, h('td', {}, canvas),
        h('td', {}, h('button', { type: 'button', class: 'button small bare', 'aria-label': t('remove', { symbol }),
          onclick: () => { forget(symbol); save(); } }, icon('M6 6l12 12M18 6 6 18'))));
      body.append(row);
      watched.set(symbol, { room, past: [], row, cells, canvas });
      room.addEventListener('joined', () => counts.ws.forget(symbol), { signal: ended.signal });
      room.on<Quote>('price', (quote, { timestamp }) => take(quote, timestamp), { signal: ended.signal });
      if (saves)
        save();
      if (!chosen)
        void choose(symbol);
    }

    function forget(symbol: string): void {
      const one = watched.get(symbol);
      void one?.room.leave();
      one?.row.remove();
      watched.delete(symbol);
    }

    function take(quote: Quote, timestamp: number | undefined): void {
      const one = watched.get(quote.symbol);
      if (!one)
        return;
      counts.ws.take(quote.symbol, quote.n, timestamp);
      one.quote = quote;
      one.past.push(quote.price);
      if (one.past.length > SPARK)
        one.past.shift();
      dirty.add(quote.symbol);
      if (quote.symbol === chosen)
        grow(quote.price);
    }

    /** The last candle takes the price, or a new one begins. */
    function grow(price: number): void {
      const time = Math.floor(Date.now() / 1000 / CANDLE) * CANDLE;
      const last = candles.at(-1);
      if (last && last.time >= time)
        Object.assign(last, { high: Math.max(last.high, price), low: Math.min(last.low, price), close: price });
      else
        candles.push({ time, open: last?.close ?? price, high: price, low: price, close: price });
      candles = candles.slice(-SHOWN);
    }

    async function choose(symbol: string): Promise<void> {
      chosen = symbol;
      setText(chartTitle, t('chart', { symbol }));
      for (const [each, { row }] of watched)
        row.classList.toggle('chosen', each === symbol);
      const answer = await fetch(`/ticker/candles/${encodeURIComponent(symbol)}`).catch(() => undefined);
      if (answer?.ok && chosen === symbol)
        candles = ((await answer.json()) as Candle[]).slice(-SHOWN);
    }

    /** At most ten times a second, whatever comes. */
    function draw(): void {
      for (const symbol of dirty) {
        const one = watched.get(symbol);
        if (!one?.quote)
          continue;
        const { price, change, bid, ask } = one.quote;
        const before = Number(one.row.dataset.price ?? price);
        one.row.dataset.price = String(price);
        setText(one.cells[0]!, number(price, 2));
        setText(one.cells[1]!, `${change > 0 ? '▲ +' : change < 0 ? '▼ ' : ''}${number(change, 2)} %`);
        setText(one.cells[2]!, `${number(bid, 2)} / ${number(ask, 2)}`);
        one.cells[0]!.className = `num ${price > before ? 'up' : price < before ? 'down' : ''}`;
        one.cells[1]!.className = `num ${change > 0 ? 'gain' : change < 0 ? 'loss' : ''}`;
        sparkline(one.canvas, one.past, change >= 0 ? up : down);
      }
      dirty = new Set();
      stale.hidden = client.state === 'open' || client.attempt === 0;
    }

    function drawReaders(): void {
      if (!readers.childElementCount) {
        fill(readers, ...(['ws', 'sse', 'slow'] as const).map((key) => h('tr', { 'data-testid': `reader-${key}` },
          h('th', { scope: 'row' }, t(key)), ...[1, 2, 3, 4].map(() => h('td', { class: 'num' })),
          h('td', { class: 'num' }, key !== 'ws' && h('button', { type: 'button', class: 'button small', onclick: () => toggle(key) },
            t('start'))))));
      }
      (['ws', 'sse', 'slow'] as const).forEach((key, index) => {
        const row = readers.children[index]!;
        const count = counts[key];
        const runs = key === 'ws' || !!stops[key];
        const values = runs ? [number(count.received), number(count.perSecond, 1), `${number(count.share * 100, 1)} %`,
          t('ago', { ms: number(count.age) })] : [t('off'), '', '', ''];
        values.forEach((value, column) => setText(row.children[column + 1]!, value));
        const button = row.querySelector('button');
        if (button)
          setText(button, t(runs ? 'stop' : 'start'));
      });
    }

    function toggle(key: 'sse' | 'slow'): void {
      if (stops[key]) {
        stops[key]!();
        delete stops[key];
      } else {
        const count = counts[key] = new ReaderCount();
        const symbols = [...watched.keys()].slice(0, 40);
        const took = count.take.bind(count);
        stops[key] = key === 'sse' ? readEvents(symbols, took) : readSlowly(symbols, SLOW, took);
      }
      drawReaders();
    }

    let [up, down] = [colour('jade'), colour('door-text')];
    addEventListener('themechange', () => { [up, down] = [colour('jade'), colour('door-text')]; }, { signal: ended.signal });
    const market = rooms.join('market');
    let turnsAt = 0;
    let isOpen = true;
    market.on('session', (state) => turn(state), { signal: ended.signal });
    function turn({ isOpen: open, seconds }: { isOpen: boolean; seconds: number }): void {
      isOpen = open;
      turnsAt = Date.now() + seconds * 1000;
    }
    function drawSession(): void {
      const left = Math.max(0, Math.round((turnsAt - Date.now()) / 1000));
      session.dataset.on = String(isOpen);
      session.title = t('day');
      setText(session, `${t(isOpen ? 'open' : 'closed')} · ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`);
    }

    void (async () => {
      const known = await (await fetch('/ticker/symbols')).json();
      if (ended.signal.aborted)
        return;
      for (const { symbol, name } of known.symbols)
        names.set(symbol, name);
      turn(known.session);
      fill(options, ...known.symbols.map(({ symbol, name }: { symbol: string; name: string }) => h('option', { value: symbol }, name)));
      for (const symbol of recallJson<string[]>('watchlist',
        ['AAPL', 'GOOGL', 'MSFT', 'NVDA', 'BABA', 'LARA', 'COPO']).filter((each) => names.has(each)))
        watch(symbol, false);
      for (const { symbol, ...rest } of known.symbols) {
        const one = watched.get(symbol);
        if (one && !one.quote) {
          one.quote = { symbol, bid: rest.price, ask: rest.price, ...rest };
          dirty.add(symbol);
        }
      }
    })().catch(() => {});
    client.addEventListener('open', () => counts.ws.forget(), { signal: ended.signal });
    const timers = [
      setInterval(draw, 100),
      setInterval(() => { drawReaders(); drawSession(); chart.set([candles.map(({ time }) => time), candles.map(({ open }) => open),
        candles.map(({ high }) => high), candles.map(({ low }) => low), candles.map(({ close }) => close)]); }, 500),
    ];
    drawReaders();
    return () => {
      ended.abort();
      timers.forEach(clearInterval);
      Object.values(stops).forEach((stop) => stop());
      stops = {};
      void market.leave();
      for (const symbol of [...watched.keys()])
        forget(symbol);
      chart.destroy();
    };
  },
};
