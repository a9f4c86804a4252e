import { lastFrames, onFrame, type Frame } from '../lib/frames.js';
import { h, fill } from '../lib/dom.js';
import { highlight } from '../lib/highlight.js';
import { clock, number } from '../lib/language.js';
import type { Page } from '../lib/page.js';
import { t } from './texts.js';

const SHOWN = 60;
const NAMES = { text: 'Text 1', binary: 'Binary 2', close: 'Close 8', open: 'HTTP', error: 'Error' };

interface Source {
  path: string;
  text: string;
}

/** The panel beside each page: what it shows, its rooms, its code, and what its connection has just said. */
export function makeSide(name: string, page: Page): { element: HTMLElement; stop: () => void } {
  const list = frameList();
  const element = h('aside', { class: 'side', 'aria-label': t('behind') },
    h('h2', { class: 'side-title' }, t('behind')),
    section(t('shows'), true, h('ul', { class: 'plain' }, ...page.about().map((line) => h('li', {}, line)))),
    section(t('itsRooms'), true, h('ul', { class: 'tags' }, ...page.rooms.map((room) => h('li', {}, h('code', {}, room))))),
    section(t('framesOf'), true, list.element),
    sources(name));
  return { element, stop: list.stop };
}

function section(title: string, open: boolean, ...content: Node[]): HTMLElement {
  return h('details', { class: 'section', open }, h('summary', {}, h('span', {}, title)), h('div', { class: 'section-body' }, ...content));
}

/** The code is fetched when somebody wants to read it. */
function sources(name: string): HTMLElement {
  const body = h('div', { class: 'sources' });
  const element = section(t('source'), false, body);
  element.dataset.testid = 'sources';
  element.addEventListener('toggle', async () => {
    if (!(element as HTMLDetailsElement).open || body.childElementCount)
      return;
    const files: Source[] = await (await fetch(`/sources/${name}.json`)).json();
    fill(body, ...files.map(({ path, text }) => {
      const copy = h('button', { type: 'button', class: 'button small', onclick: async () => {
        await navigator.clipboard.writeText(text);
        copy.textContent = t('copied');
        setTimeout(() => { copy.textContent = t('copy'); }, 1500);
      } }, t('copy'));
      const code = h('code', {});
      code.append(highlight(text));
      return h('details', { class: 'source' },
        h('summary', {}, h('span', { class: 'badge' }, path.endsWith('.cs') ? 'C#' : 'TS'),
          h('span', { class: 'path' }, path.split('/').pop()!)),
        h('div', { class: 'source-head' }, h('span', { class: 'muted' }, path), copy),
        h('pre', { tabindex: '0', 'aria-label': path }, code));
    }));
  });
  return element;
}

/** The newest on top. Drawn at most once a frame of the screen, however fast messages come. */
function frameList(): { element: HTMLElement; stop: () => void } {
  const body = h('tbody', { 'data-testid': 'frames' });
  const filter = h('input', { type: 'search', class: 'input small', placeholder: t('filter'), 'aria-label': t('filter') });
  let paused = false;
  let due = false;
  const pause = h('button', { type: 'button', class: 'button small', 'aria-pressed': 'false', onclick: () => {
    paused = !paused;
    pause.textContent = paused ? t('resume') : t('pause');
    pause.setAttribute('aria-pressed', String(paused));
    plan();
  } }, t('pause'));
  filter.addEventListener('input', () => draw());

  function draw(): void {
    due = false;
    const wanted = filter.value.toLowerCase();
    const shown = lastFrames().filter((frame) => !wanted || `${frame.data} ${frame.from} ${NAMES[frame.opcode]}`.toLowerCase().includes(wanted)).slice(-SHOWN).reverse();
    fill(body, ...shown.map(row), !shown.length && h('tr', { class: 'none' }, h('td', { colspan: '4' }, t('noFrames'))));
  }

  function plan(): void {
    if (due || paused)
      return;
    due = true;
    setTimeout(draw, 200);
  }

  const stop = onFrame(plan);
  draw();
  const element = h('div', { class: 'frames' },
    h('div', { class: 'row' }, filter, pause),
    h('div', { class: 'frame-table', tabindex: '0', role: 'region', 'aria-label': t('framesOf') },
      h('table', {},
        h('thead', {}, h('tr', {}, ...[t('colTime'), t('colOpcode'), t('colLength'),
          t('colData')].map((each) => h('th', { scope: 'col' }, each)))),
        body)));
  return { element, stop };
}

function row(frame: Frame): HTMLElement {
  const arrow = frame.direction === 'sent' ? '↑' : frame.direction === 'received' ? '↓' : '·';
  const kind = frame.opcode === 'error' ? 'error' : frame.opcode === 'text' ? frame.direction : 'opcode';
  return h('tr', { class: `frame ${kind}` },
    h('td', { class: 'time' }, clock(frame.at, true)),
    h('td', {}, h('span', { 'aria-hidden': 'true' }, `${arrow} `), h('span', { class: 'sr' }, t(frame.direction)), NAMES[frame.opcode]),
    h('td', { class: 'num' }, number(frame.length)),
    h('td', { class: 'data', title: frame.from }, frame.data));
}
