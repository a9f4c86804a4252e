import { client } from '../../lib/connection.js';
import { fill, h, icon, setText } from '../../lib/dom.js';
import type { Page } from '../../lib/page.js';
import { visitor } from '../../lib/settings.js';
import { MessageList } from './list.js';
import { ChatRoom } from './room.js';
import { t } from './texts.js';

const ROOMS = ['lobby', 'tea', 'code'] as const;
const MAX_IMAGE = 4 << 20;
const TYPING_EVERY = 2500;

// Kept while the page is drawn anew in another language.
let visited: ChatRoom[] = [];
let current = 0;
let leaving: ReturnType<typeof setTimeout> | undefined;
let drafts: string[] = [];

export const page: Page = {
  rooms: ['chat:lobby', 'chat:tea', 'chat:code', '/chat/upload'],
  about: () => [t('about1'), t('about2'), t('about3'), t('about4')],
  mount(main) {
    clearTimeout(leaving);
    const title = h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead')));
    const place = h('div', { class: 'place' });
    main.append(title, place);
    let stop = () => {};
    const begin = () => {
      stop();
      stop = visitor.name ? talk(place, () => { end(); visitor.name = ''; begin(); }) : gate(place, begin);
    };
    begin();
    return () => {
      stop();
      leaving = setTimeout(end, 300);
    };
  },
};

function end(): void {
  for (const room of visited)
    room.leave();
  visited = [];
}

/** Asks for a name. */
function gate(place: HTMLElement, entered: () => void): () => void {
  const input = h('input', { class: 'input', id: 'name', name: 'name', maxlength: '24', autocomplete: 'nickname', required: true,
    'data-testid': 'name' });
  const form = h('form', { class: 'card gate-form', onsubmit: (event: Event) => {
    event.preventDefault();
    if (!input.value.trim())
      return;
    visitor.name = input.value.trim();
    entered();
  } }, h('label', { for: 'name' }, t('name')),
  h('div', { class: 'row' }, input, h('button', { class: 'button primary', 'data-testid': 'enter' }, t('enter'))));
  fill(place, form);
  return () => {};
}

function talk(place: HTMLElement, rename: () => void): () => void {
  let due = false;
  const plan = () => {
    if (due)
      return;
    due = true;
    requestAnimationFrame(() => { due = false; draw(); });
  };
  if (!visited.length)
    visited = ROOMS.map((name) => new ChatRoom(`chat:${name}`, () => document.dispatchEvent(new Event('chatchange'))));
  const list = new MessageList();
  const tabs = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('rooms') });
  const people = h('ul', { class: 'people', 'data-testid': 'people' });
  const peopleTitle = h('h2', { class: 'small-title' });
  const typing = h('p', { class: 'typing', 'aria-live': 'polite', 'data-testid': 'typing' });
  const input = h('textarea', { class: 'input', rows: '1', maxlength: '2000', 'data-testid': 'say' });
  const file = h('input', { type: 'file', accept: 'image/png,image/jpeg,image/gif,image/webp', hidden: true, 'data-testid': 'file' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const form = h('form', { class: 'composer', onsubmit: (event: Event) => { event.preventDefault(); say(); } },
    h('button', { type: 'button', class: 'button icon-button', 'aria-label': t('image'), title: t('image'), onclick: () => file.click() },
      icon('M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01')),
    file, input, h('button', { class: 'button primary', 'data-testid': 'send' }, t('send')));
  let saidTyping = 0;

  function room(): ChatRoom {
    return visited[current]!;
  }

  function say(): void {
    const text = input.value.trim();
    if (!text)
      return;
    room().say(text);
    input.value = drafts[current] = '';
    list.toEnd();
    input.focus();
  }

  function choose(index: number): void {
    drafts[current] = input.value;
    current = index;
    input.value = drafts[current] ?? '';
    list.forget();
    draw();
    input.focus();
  }

  function draw(): void {
    visited.forEach((each, index) => {
      each.isCurrent = index === current;
      if (each.isCurrent && !document.hidden)
        each.unread = 0;
    });
    const label = (index: number) => t(ROOMS[index]!);
    drawTabs(label);
    setText(peopleTitle, t('here', { n: people.childElementCount }));
    drawPeople();
    list.draw(room());
    input.placeholder = t('placeholder', { room: label(current) });
    input.setAttribute('aria-label', input.placeholder);
    const writing = [...room().typing.values()].map(({ name }) => name);
    setText(typing, writing.length === 0 ? '' : writing.length > 2 ? t('typing3') : t(writing.length === 1 ? 'typing1' : 'typing2',
      { a: writing[0]!, b: writing[1] ?? '' }));
  }

  function drawTabs(label: (index: number) => string): void {
    if (tabs.childElementCount !== visited.length) {
      fill(tabs, ...visited.map((each, index) => h('button', {
        type: 'button', role: 'tab', class: 'tab', 'data-testid': `room-${each.name.slice(5)}`, onclick: () => choose(index),
        onkeydown: (event: KeyboardEvent) => {
          const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          if (!step)
            return;
          event.preventDefault();
          choose((index + step + visited.length) % visited.length);
          (tabs.children[current] as HTMLElement).focus();
        },
      }, h('span', {}, label(index)), h('span', { class: 'count', hidden: true }))));
    }
    visited.forEach((each, index) => {
      const tab = tabs.children[index] as HTMLElement;
      const count = tab.lastElementChild as HTMLElement;
      tab.setAttribute('aria-selected', String(index === current));
      tab.tabIndex = index === current ? 0 : -1;
      count.hidden = !each.unread;
      setText(count, String(each.unread));
      tab.setAttribute('aria-label', each.unread ? `${label(index)}, ${t('unread', { n: each.unread })}` : label(index));
    });
  }

  function drawPeople(): void {
    const me = room().me;
    const unique = new Map<string, string>();
    for (const { name, author } of room().members.values())
      unique.set(author, name);
    const sorted = [...unique].sort(([a, x], [b, y]) => Number(b === me) - Number(a === me) || x.localeCompare(y));
    const wanted = JSON.stringify([sorted, me]);
    if (people.dataset.drawn !== wanted) {
      people.dataset.drawn = wanted;
      fill(people, ...sorted.map(([author, name]) => h('li', {}, h('span', { class: 'seal', 'aria-hidden': 'true' }, [...name][0] ?? '·'),
        h('span', { class: 'grow' }, name), author === me && h('small', { class: 'muted' }, t('you')))));
    }
    setText(peopleTitle, t('here', { n: sorted.length }));
  }

  input.value = drafts[current] ?? '';
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say();
    }
  });
  input.addEventListener('input', () => {
    drafts[current] = input.value;
    if (Date.now() - saidTyping < TYPING_EVERY || client.state !== 'open')
      return;
    saidTyping = Date.now();
    room().isTyping();
  });
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    setText(problem, chosen && chosen.size > MAX_IMAGE ? t('imageTooLarge') : '');
    if (chosen && chosen.size <= MAX_IMAGE)
      room().sendImage(chosen);
    file.value = '';
    list.toEnd();
  });
  fill(place, h('div', { class: 'chat' },
    h('section', { class: 'card talk' }, tabs, list.element, typing, problem, form),
    h('section', { class: 'card here' }, peopleTitle, people,
      h('button', { type: 'button', class: 'button small', onclick: rename }, t('rename')))));
  document.addEventListener('chatchange', plan);
  document.addEventListener('visibilitychange', plan);
  const timer = setInterval(() => visited.forEach((each) => each.tick()), 500);
  draw();
  return () => {
    clearInterval(timer);
    document.removeEventListener('chatchange', plan);
    document.removeEventListener('visibilitychange', plan);
  };
}
