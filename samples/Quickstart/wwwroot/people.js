import { byId, make, makePlate } from './dom.js';
import { locale, t, tNodes } from './strings.js';

/** @typedef {import('./timeline.js').User} User */

const TYPING_LASTS = 4_000;

/** Who is here and who is typing; on a narrow screen the list is a sheet that opens over the conversation. */
export class PeopleView {
  #panel = byId('panel');
  #open = byId('panel-open');
  #scrim = byId('scrim');
  #narrow = matchMedia('(max-width: 760px)');
  /** @type {User[]} */ #users = [];
  /** @type {(user: User) => boolean} */ #isMe;
  /** @type {Map<string, {name: string, until: number}>} */ #typing = new Map();
  #typingTimer = 0;

  /** @param {(user: User) => boolean} isMe */
  constructor(isMe) {
    this.#isMe = isMe;
    this.#open.addEventListener('click', () => this.setSheet(true));
    byId('panel-close').addEventListener('click', () => this.setSheet(false));
    this.#scrim.addEventListener('click', () => this.setSheet(false));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.#scrim.hidden)
        this.setSheet(false);
    });
    this.#narrow.addEventListener('change', () => this.setSheet(false));
    this.setSheet(false);
  }

  /** @param {boolean} open */
  setSheet(open) {
    const shown = open && this.#narrow.matches;
    const wasShown = !this.#scrim.hidden;
    this.#panel.toggleAttribute('data-open', shown);
    this.#panel.inert = this.#narrow.matches && !shown;
    this.#scrim.hidden = !shown;
    byId('room').inert = shown;
    this.#open.setAttribute('aria-expanded', String(shown));
    if (shown)
      byId('panel-close').focus();
    else if (wasShown)
      this.#open.focus();
  }

  /** @param {User[]} users */
  setUsers(users) {
    this.#users = users;
    for (const id of this.#typing.keys()) {
      if (!users.some((user) => user.id === id))
        this.#typing.delete(id);
    }
    this.refresh();
  }

  /** @param {User} user */
  setTyping(user) {
    this.#typing.set(user.id, { name: user.name, until: Date.now() + TYPING_LASTS });
    this.#showTyping();
  }

  clearTyping() {
    this.#typing.clear();
    this.#showTyping();
  }

  /** @param {string} userId */
  stopTyping(userId) {
    if (this.#typing.delete(userId))
      this.#showTyping();
  }

  refresh() {
    const collator = new Intl.Collator(locale());
    const rank = (/** @type {User} */ user) => Number(!this.#isMe(user));
    const users = [...this.#users].sort((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name));
    byId('users').replaceChildren(...users.map((user) => this.#item(user)));
    byId('users-count').textContent = String(users.length);
    this.#open.textContent = t('hereCount', { n: users.length });
    this.#showTyping();
  }

  /** @param {User} user */
  #item(user) {
    const own = this.#isMe(user);
    const name = make('span', 'user-name', user.name);
    name.dir = 'auto';
    const item = make('li', 'user', makePlate(user, own), name);
    if (own)
      item.append(make('span', 'user-you', t('you')));
    item.dataset.testid = 'user';
    return item;
  }

  #showTyping() {
    clearTimeout(this.#typingTimer);
    for (const [id, { until }] of this.#typing) {
      if (until <= Date.now())
        this.#typing.delete(id);
    }

    const names = [...this.#typing.values()].map(({ name }) => name);
    const [a, b] = names;
    byId('typing').replaceChildren(...(names.length === 0 ? []
      : names.length === 1 ? tNodes('typing1', { a })
        : names.length === 2 ? tNodes('typing2', { a, b })
          : tNodes('typingMany', {})));
    if (names.length > 0)
      this.#typingTimer = setTimeout(() => this.#showTyping(), 500);
  }
}
