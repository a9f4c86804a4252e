import { byId } from './dom.js';
import { t } from './strings.js';

export const CONTENT_MAX = 2000;
const SHOW_COUNTER_FROM = 200;
const TYPING_EVERY = 2_000;

/** The message box. */
export class Composer {
  #input = byId('message-input');
  #counter = byId('counter');
  #send = /** @type {any} */ (document.querySelector('[data-testid="send"]'));
  #lastTyping = 0;
  #submit;

  /** @param {{submit: (content: string) => boolean, typing: () => void}} actions submit: whether the text was taken. */
  constructor({ submit, typing }) {
    this.#submit = submit;
    byId('composer-form').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#trySubmit();
    });
    this.#input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      // Safari ends a composition before the Enter that confirmed it; only keyCode 229 still tells.
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== 'Enter' || event.shiftKey || composing)
        return;
      event.preventDefault();
      this.#trySubmit();
    });
    this.#input.addEventListener('input', () => {
      this.refresh();
      if (this.#input.value.trim() && Date.now() - this.#lastTyping > TYPING_EVERY) {
        this.#lastTyping = Date.now();
        typing();
      }
    });
  }

  focus() {
    this.#input.focus();
  }

  refresh() {
    const left = CONTENT_MAX - this.#input.value.trim().length;
    this.#counter.textContent = left < 0 ? t('counterOver', { n: -left }) : left <= SHOW_COUNTER_FROM ? t('counter', { n: left }) : '';
    this.#counter.toggleAttribute('data-over', left < 0);
    this.#input.setAttribute('aria-invalid', String(left < 0));
    this.#send.setAttribute('aria-disabled', String(left < 0 || left === CONTENT_MAX));
    this.#input.style.height = 'auto';
    this.#input.style.height = `${this.#input.scrollHeight + this.#input.offsetHeight - this.#input.clientHeight}px`;
  }

  #trySubmit() {
    const content = this.#input.value.trim();
    if (content && content.length <= CONTENT_MAX && this.#submit(content)) {
      this.#input.value = '';
      this.#lastTyping = 0;
      this.refresh();
    }
    this.#input.focus();
  }
}
