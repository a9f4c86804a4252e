import { byId, make, makePlate } from './dom.js';
import { locale, t, tNodes } from './strings.js';

/**
 * @typedef {import('./timeline.js').Row} Row
 * @typedef {import('./timeline.js').MessageRow} MessageRow
 */

const NEAR_BOTTOM = 48;
const DAY = 86_400_000;

/** Shows the rows of a timeline and looks after scrolling: it follows only a reader who is at the bottom. */
export class LogView {
  #log = byId('log');
  #list = byId('rows');
  #empty = byId('empty');
  #pill = byId('pill');
  /** @type {Map<string, {element: HTMLElement, signature: string}>} */ #shown = new Map();
  #atBottom = true;
  #lastTop = 0;
  #unread = 0;

  /** @param {(id: string) => void} onRetry */
  constructor(onRetry) {
    this.#log.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.#pill.addEventListener('click', () => this.toBottom());
    this.#list.addEventListener('click', (/** @type {any} */ event) => {
      const button = event.target.closest('[data-retry]');
      if (button)
        onRetry(button.dataset.retry);
    });
    // The phone's keyboard, a growing message box or a banner change the height; the reader stays where they were.
    new ResizeObserver(() => this.#atBottom && this.toBottom()).observe(this.#log);
  }

  clear() {
    this.#shown.clear();
    this.#list.replaceChildren();
    this.#unread = 0;
    this.#atBottom = true;
  }

  /**
   * @param {Row[]} rows
   * @param {{quiet?: boolean}} [options] quiet: a batch that a screen reader should not read out.
   */
  render(rows, { quiet = false } = {}) {
    this.#lookForBottom();
    this.#log.setAttribute('aria-live', quiet ? 'off' : 'polite');
    const wanted = new Set(rows.map((row) => row.id));
    for (const [id, { element }] of this.#shown) {
      if (!wanted.has(id)) {
        element.remove();
        this.#shown.delete(id);
      }
    }

    // Nodes that already stand in the right place are not touched: moving one would announce it again.
    let cursor = this.#list.firstElementChild;
    for (const row of rows) {
      const element = this.#update(row);
      if (element === cursor)
        cursor = cursor.nextElementSibling;
      else
        this.#list.insertBefore(element, cursor);
    }

    this.#empty.hidden = rows.some((row) => row.kind === 'message');
    if (this.#atBottom)
      this.toBottom();
    this.#showPill();
  }

  /** A message of someone else has come. */
  countUnread() {
    this.#lookForBottom();
    if (!this.#atBottom)
      this.#unread += 1;
  }

  toBottom() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#lastTop = this.#log.scrollTop;
    this.#atBottom = true;
    this.#unread = 0;
    this.#showPill();
  }

  #onScroll() {
    this.#lookForBottom();
    if (this.#atBottom)
      this.#unread = 0;
    this.#showPill();
  }

  // The bottom also moves away when the log shrinks or grows; only a scroll upwards means that the reader has left it.
  #lookForBottom() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    this.#atBottom = near || (this.#atBottom && scrollTop >= this.#lastTop);
    if (near)
      this.#lastTop = scrollTop;
  }

  #showPill() {
    this.#pill.hidden = this.#atBottom;
    this.#pill.textContent = this.#unread > 0 ? t('newMessages', { n: this.#unread }) : t('toLatest');
    this.#pill.toggleAttribute('data-unread', this.#unread > 0);
  }

  /** @param {Row} row @returns {HTMLElement} */
  #update(row) {
    const signature = JSON.stringify([row, locale(), row.kind === 'day' ? new Date().toDateString() : '']);
    const known = this.#shown.get(row.id);
    if (known?.signature === signature)
      return known.element;

    const element = known?.element ?? make('li');
    if (row.kind === 'message')
      fillMessage(element, row);
    else if (row.kind === 'notice')
      fillNotice(element, row);
    else
      fillDay(element, row);
    this.#shown.set(row.id, { element, signature });
    return element;
  }
}

/** @param {HTMLElement} element @param {MessageRow} row */
function fillMessage(element, row) {
  element.className = 'message';
  element.dataset.testid = 'message';
  element.dataset.id = row.id;
  element.dataset.status = row.status;
  element.dataset.own = String(row.own);
  element.toggleAttribute('data-first', row.first);

  const name = make('p', row.first && !row.own ? 'message-name' : 'sr', row.own ? t('you') : row.from.name);
  name.dir = 'auto';
  const meta = make('p', 'message-meta', makeTime(row.timestamp));
  if (row.own)
    meta.append(makeStatus(row));
  // The direction belongs to the whole bubble: the time then stands at the end of a right-to-left message too.
  const bubble = make('div', 'bubble', make('p', 'message-text', row.content), meta);
  bubble.dir = 'auto';
  const body = make('div', 'message-body', name, bubble);
  if (row.status === 'failed')
    body.append(makeFailure(row));
  element.replaceChildren(makePlate(row.from, row.own), body);
}

/** @param {MessageRow} row */
function makeStatus(row) {
  const label = t({ sent: 'statusSent', sending: 'statusSending', waiting: 'statusWaiting', failed: 'statusFailed' }[row.status]);
  if (row.status !== 'sent')
    return make('span', 'message-status', label);
  const tick = make('span', 'message-status tick', make('span', 'sr', label));
  tick.title = label;
  return tick;
}

/** @param {MessageRow} row */
function makeFailure(row) {
  const retry = make('button', 'button small', t('retryMessage'));
  retry.type = 'button';
  retry.dataset.retry = row.id;
  retry.dataset.testid = 'message-retry';
  const reason = make('span', 'message-error', row.error ?? t('noReceipt'));
  reason.dir = 'auto';
  return make('div', 'message-failure', reason, retry);
}

/** @param {HTMLElement} element @param {import('./timeline.js').Notice} row */
function fillNotice(element, row) {
  element.className = 'notice';
  element.dataset.testid = 'notice';
  element.replaceChildren(make('span', '', ...tNodes(row.what, { name: row.name })), ' ', makeTime(row.timestamp));
}

/** @param {HTMLElement} element @param {import('./timeline.js').Day} row */
function fillDay(element, row) {
  element.className = 'day';
  const date = new Date(row.timestamp);
  const isSameDay = (/** @type {number} */ other) => date.toDateString() === new Date(other).toDateString();
  const sameYear = date.getFullYear() === new Date().getFullYear();
  const label = isSameDay(Date.now()) ? t('today')
    : isSameDay(Date.now() - DAY) ? t('yesterday')
      : date.toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long', year: sameYear ? undefined : 'numeric' });
  const time = make('time', '', label);
  time.dateTime = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
  element.replaceChildren(time);
}

/** @param {number} timestamp */
function makeTime(timestamp) {
  const date = new Date(timestamp);
  // "1:05 PM" but "01:05": only the 24-hour clock takes a leading zero.
  const { hour12 } = new Intl.DateTimeFormat(locale(), { hour: 'numeric' }).resolvedOptions();
  const time = make('time', '', date.toLocaleTimeString(locale(), { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' }));
  time.dateTime = date.toISOString();
  time.title = date.toLocaleString(locale());
  return time;
}
