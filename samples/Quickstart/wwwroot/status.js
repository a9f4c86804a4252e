import { byId } from './dom.js';
import { MAX_TRIES } from './connection.js';
import { t } from './strings.js';

/** @typedef {import('./connection.js').StateDetail} StateDetail */

/** The connection as words: the label in the header, the banner with its buttons, and what a screen reader is told. */
export class StatusView {
  #box = byId('link-state');
  #state = byId('state');
  #rtt = byId('rtt');
  #banner = byId('banner');
  #bannerText = byId('banner-text');
  #announce = byId('announce');
  #countdown = 0;
  #wasOpen = false;
  #wasLost = false;
  /** @type {StateDetail} */ #detail = { state: 'connecting' };
  /** @type {number|null} */ #lastRtt = null;
  /** @type {string} */ #reason = '';

  /** @param {{retry: () => void, rejoin: () => void}} actions */
  constructor({ retry, rejoin }) {
    byId('retry').addEventListener('click', retry);
    byId('continue').addEventListener('click', retry);
    byId('rejoin').addEventListener('click', rejoin);
  }

  reset() {
    this.#wasOpen = false;
    this.#wasLost = false;
    this.#lastRtt = null;
    this.#reason = '';
  }

  /** Why the server turned the person away, when it said so before it closed. @param {string} reason */
  set reason(reason) {
    this.#reason = reason;
  }

  /** @param {StateDetail} detail */
  show(detail) {
    this.#detail = detail;
    if (detail.state === 'open') {
      this.#wasOpen = true;
      this.#wasLost = false;
      this.#reason = '';
      this.#say(t('sayOpen'));
    } else if (detail.state !== 'connecting') {
      this.#lastRtt = null;
      // One announcement for each loss: the countdown and each new try would only be noise.
      if (detail.state === 'failed' || detail.state === 'offline')
        this.#say(this.#bannerFor(detail));
      else if (!this.#wasLost)
        this.#say(t('sayLost'));
      this.#wasLost = true;
    }
    this.refresh();
  }

  /** @param {number} ms */
  showRtt(ms) {
    this.#lastRtt = ms;
    this.refresh();
  }

  refresh() {
    clearTimeout(this.#countdown);
    const { state, retryAt = 0, final } = this.#detail;
    const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
    this.#box.dataset.state = state;
    this.#state.dataset.state = state;
    this.#state.textContent = t(state === 'connecting' && this.#wasLost ? 'reconnecting' : state, { n: seconds });
    if (state === 'waiting')
      this.#countdown = setTimeout(() => this.refresh(), Math.max(100, (retryAt - Date.now()) % 1000 + 10));

    const n = Math.max(1, Math.round(this.#lastRtt ?? 0));
    this.#rtt.hidden = state !== 'open' || this.#lastRtt === null;
    this.#rtt.textContent = this.#rtt.hidden ? '' : t('rtt', { n });
    this.#rtt.title = t('rttLabel', { n });

    this.#setBanner(state === 'open' || !this.#wasLost ? null : this.#detail);
    this.#toggle('retry', state !== 'failed');
    this.#toggle('continue', state === 'failed' && !final);
    this.#toggle('rejoin', final !== undefined);
    // aria-disabled rather than disabled, which would drop the keyboard focus at every try.
    byId('retry').setAttribute('aria-disabled', String(state === 'connecting'));
  }

  /** @param {StateDetail|null} detail */
  #setBanner(detail) {
    const hadFocus = this.#banner.contains(document.activeElement);
    this.#banner.hidden = detail === null;
    if (detail)
      this.#bannerText.textContent = this.#bannerFor(detail);
    else if (hadFocus)
      byId('message-input').focus();
  }

  /** @param {StateDetail} detail */
  #bannerFor({ state, final }) {
    if (final)
      return t('bannerFinal', { reason: final.reason || this.#reason || t('code', { code: final.code }) });
    if (state === 'failed')
      return t('bannerGaveUp', { n: MAX_TRIES });
    if (state === 'offline')
      return t('bannerOffline');
    return t(this.#wasOpen ? 'bannerWaiting' : 'bannerUnreached');
  }

  /** @param {string} id @param {boolean} visible */
  #toggle(id, visible) {
    const button = byId(id);
    const hadFocus = button === document.activeElement;
    button.hidden = !visible;
    if (hadFocus && !visible && !this.#banner.hidden)
      this.#banner.querySelector('button:not([hidden])')?.focus();
  }

  /** @param {string} text */
  #say(text) {
    this.#announce.textContent = text;
  }
}
