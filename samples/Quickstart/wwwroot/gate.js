import { byId, memory } from './dom.js';
import { suggestName, t } from './strings.js';

const NAME_MAX = 32;

/** The door: asks for a name, and hands it over once. */
export class Gate {
  #gate = byId('gate');
  #input = byId('name-input');
  #error = byId('name-error');
  #suggested = '';
  // A second window must not propose the name that the first one uses, nor overwrite the remembered one.
  #isSecond = new URLSearchParams(location.search).has('window');

  /** @param {(name: string) => void} onName */
  constructor(onName) {
    byId('name-suggest').addEventListener('click', () => this.#suggest());
    this.#input.addEventListener('input', () => this.#showError(''));
    byId('name-form').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      const name = this.#input.value.trim().slice(0, NAME_MAX);
      if (!name) {
        this.#showError(t('nameMissing'));
        this.#input.focus();
        return;
      }

      if (!this.#isSecond)
        memory.set('name', name);
      this.#gate.hidden = true;
      onName(name);
    });
  }

  /** @param {string} [name] The name to start from. */
  open(name) {
    const proposal = name ?? (this.#isSecond ? null : memory.get('name'));
    if (proposal)
      this.#input.value = proposal;
    else
      this.#suggest();
    this.#gate.hidden = false;
    this.#input.focus();
    this.#input.select();
  }

  translate() {
    byId('name-suggest').setAttribute('aria-label', t('suggestLabel'));
    // A proposal that nobody has touched follows the language.
    if (this.#suggested && this.#input.value === this.#suggested)
      this.#suggest();
  }

  #suggest() {
    const before = this.#input.value;
    do
      this.#suggested = suggestName();
    while (this.#suggested === before);
    this.#input.value = this.#suggested;
    this.#showError('');
  }

  /** @param {string} text */
  #showError(text) {
    this.#error.textContent = text;
    this.#input.setAttribute('aria-invalid', String(text !== ''));
  }
}
