import { client } from '../../lib/connection.js';
import { fill, h } from '../../lib/dom.js';
import { clock, currentLanguage } from '../../lib/language.js';
import type { ChatRoom, Entry } from './room.js';
import { t } from './texts.js';

const EMOJI = ['👍', '❤️', '😄', '🎉', '👀'];
const NEAR_END = 80;
// Rows of entries that are gone, before they are looked for.
const SPARE = 100;

/** What was said, drawn entry by entry: one that has not changed is left alone. */
export class MessageList {
  readonly element = h('div', { class: 'log', role: 'log', 'aria-label': t('log'), tabindex: '0', 'data-testid': 'log' });
  readonly #rows = new Map<string, { drawn: string; row: HTMLElement }>();
  #editing?: string;
  #stick = true;

  constructor() {
    this.element.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.element;
      this.#stick = scrollHeight - scrollTop - clientHeight < NEAR_END;
    });
  }

  toEnd(): void {
    this.#stick = true;
  }

  /** Another room: nothing of what is drawn stays. */
  forget(): void {
    this.#rows.clear();
    this.element.replaceChildren();
    this.#editing = undefined;
    this.#stick = true;
  }

  draw(room: ChatRoom): void {
    const isOpen = client.state === 'open';
    const wanted = room.entries.map((entry) => {
      const drawn = JSON.stringify([entry, [...entry.reactions].map(([emoji, who]) => [emoji, [...who]]), room.me,
        entry.status === 'waiting' && isOpen, this.#editing === entry.key, currentLanguage()]);
      const known = this.#rows.get(entry.key);
      if (known?.drawn === drawn)
        return known.row;
      const row = this.#row(entry, room, isOpen);
      if (known)
        known.row.replaceWith(row);
      this.#rows.set(entry.key, { drawn, row });
      return row;
    });
    for (const key of this.#rows.size > wanted.length + SPARE ? [...this.#rows.keys()] : []) {
      if (!room.entries.some((entry) => entry.key === key))
        this.#rows.delete(key);
    }
    if (!wanted.length) {
      fill(this.element, h('p', { class: 'empty' }, t('empty')));
      return;
    }
    // Only what is not where it belongs is moved: a list that is filled anew loses its place and what is marked in it.
    const isSame = wanted.length === this.element.childElementCount && wanted.every((row, index) => this.element.children[index] === row);
    if (!isSame)
      this.element.replaceChildren(...wanted);
    if (this.#stick)
      this.element.scrollTop = this.element.scrollHeight;
  }

  #row(entry: Entry, room: ChatRoom, isOpen: boolean): HTMLElement {
    if (entry.kind === 'gap')
      return h('p', { class: 'said gap', 'data-testid': 'gap' }, t('gap'));
    if (entry.kind === 'notice')
      return h('p', { class: 'said system', 'data-testid': 'notice' }, t(entry.content === 'in' ? 'cameIn' : 'left', { name: entry.name }));
    const isOwn = entry.author === 'me' || (!!room.me && entry.author === room.me);
    const status = entry.status === 'waiting' ? (entry.progress !== undefined ? t('progress',
      { n: Math.round(entry.progress * 100) }) : t(isOpen ? 'waiting' : 'kept'))
      : entry.status === 'failed' ? t('failed') : isOwn ? t('sent') : '';
    const row = h('article', { class: `said ${isOwn ? 'own' : ''} ${entry.status}`, 'data-testid': 'message', 'data-status': entry.status },
      h('header', {},
        h('b', {}, entry.name), isOwn && h('small', { class: 'muted' }, t('you')),
        h('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at)),
        entry.edited && h('small', { class: 'muted' }, t('edited')),
        status && h('small', { class: `status ${entry.status}` }, status),
        entry.retry && h('button', { type: 'button', class: 'button small', onclick: entry.retry, 'data-testid': 'retry-message' },
          t('retry'))));
    if (entry.image)
      row.append(h('img', { src: entry.image, alt: t('imageOf', { name: entry.name }), class: 'picture', loading: 'lazy',
        onload: () => { if (this.#stick) this.element.scrollTop = this.element.scrollHeight; } }));
    if (entry.progress !== undefined)
      row.append(h('progress', { max: '1', value: entry.progress, 'aria-label': t('image') }));
    if (this.#editing === entry.key)
      row.append(this.#editor(entry, room));
    else if (entry.content)
      row.append(h('p', { class: 'text' }, entry.content));
    row.append(this.#actions(entry, room, isOwn));
    return row;
  }

  #actions(entry: Entry, room: ChatRoom, isOwn: boolean): HTMLElement {
    const used = [...entry.reactions].filter(([, who]) => who.size);
    const bar = h('div', { class: 'reactions' });
    for (const [emoji, who] of used) {
      bar.append(h('button', {
        type: 'button', class: 'reaction', 'aria-pressed': String(who.has(room.me ?? '')), 'data-testid': 'reaction',
        'aria-label': `${emoji} ${who.size}`,
        onclick: () => void room.react(entry, emoji).catch(() => {}),
      }, emoji, h('span', {}, who.size)));
    }
    if (entry.status !== 'sent')
      return bar;
    const choices = h('span', { class: 'choices' },
      ...EMOJI.filter((emoji) => !used.some(([each]) => each === emoji)).map((emoji) => h('button', {
      type: 'button', class: 'reaction quiet', 'aria-label': `${t('react')} ${emoji}`,
      onclick: () => void room.react(entry, emoji).catch(() => {}),
    }, emoji)));
    bar.append(choices);
    if (isOwn && entry.content) {
      choices.append(h('button', { type: 'button', class: 'reaction quiet', 'data-testid': 'edit', onclick: () => {
        this.#editing = entry.key;
        this.draw(room);
        this.element.querySelector('textarea')?.focus();
      } }, t('edit')));
    }
    return bar;
  }

  #editor(entry: Entry, room: ChatRoom): HTMLElement {
    const input = h('textarea', { class: 'input', rows: '2', maxlength: '2000', 'aria-label': t('edit'), '.value': entry.content });
    const close = () => {
      this.#editing = undefined;
      this.draw(room);
    };
    const save = () => {
      void room.edit(entry, input.value.trim()).catch(() => {});
      close();
    };
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape')
        close();
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    return h('div', { class: 'editor' }, input, h('div', { class: 'row end' },
      h('button', { type: 'button', class: 'button small', onclick: close }, t('cancel')),
      h('button', { type: 'button', class: 'button small primary', onclick: save }, t('save'))));
  }
}

