import { client } from '../lib/connection.js';
import { fill, h, icon, setText } from '../lib/dom.js';
import { inbox } from '../lib/inbox.js';
import { currentLanguage, number, setLanguage } from '../lib/language.js';
import { recall, remember } from '../lib/settings.js';
import { doors, type Door } from './doors.js';
import { t } from './texts.js';

const THEMES = ['auto', 'light', 'dark'] as const;

/** The frame around the pages: the wall at the top, the lane with its doors, the state of the connection. */
export interface Shell {
  main: HTMLElement;
  side: HTMLElement;
  /** Writes everything in the language of now, and marks the door that is open. */
  draw(current: Door): void;
}

export function makeShell(banner: HTMLElement): Shell {
  const header = h('header', { class: 'wall' });
  const lane = h('nav', { class: 'lane' });
  const main = h('main', { id: 'main', class: 'main', tabindex: '-1' });
  const side = h('div', { class: 'side-place' });
  const skip = h('a', { class: 'skip', href: '#main', onclick: (event: Event) => {
    event.preventDefault();
    main.focus();
  } });
  const state = h('span', { class: 'state', role: 'status', 'data-testid': 'state' });
  applyTheme();
  document.body.append(skip, header, banner, h('div', { class: 'courtyard' }, lane, main, side),
    h('div', { id: 'live', class: 'sr', 'aria-live': 'polite' }));

  function drawState(): void {
    state.dataset.state = client.state;
    const trip = client.state === 'open' && client.roundTripTime !== undefined ? ` · ${t('roundTrip', { ms: number(client.roundTripTime) })}` : '';
    setText(state, t(client.state) + trip);
  }
  client.addEventListener('state', drawState);
  inbox.addEventListener('change', drawUnread);
  setInterval(drawState, 1000);

  /** Beside the door of the notifications stands how many wait behind it. */
  function drawUnread(): void {
    const count = lane.querySelector<HTMLElement>('.count');
    if (!count)
      return;
    count.hidden = !inbox.unread;
    fill(count, number(inbox.unread), h('span', { class: 'sr' }, ` ${t('unread')}`));
  }

  return {
    main,
    side,
    draw(current) {
      document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
      document.title = current.name === 'home' ? `Hutong · ${t('tagline')}` : `${t(current.name)} · Hutong`;
      setText(skip, t('skip'));
      lane.setAttribute('aria-label', t('lane'));
      fill(header,
        h('a', { class: 'brand', href: '/' }, h('span', { class: 'mark', 'aria-hidden': 'true' }, '胡'),
          h('span', {}, h('b', {}, 'Hutong'), h('small', {}, t('tagline')))),
        h('div', { class: 'tools' }, state, languages(), themes()));
      fill(lane, h('ol', {}, ...doors.map((door, index) => h('li', {},
        h('a', { href: door.path, class: 'door', 'aria-current': door === current && 'page', 'data-testid': `door-${door.name}` },
          h('span', { class: 'plate', 'aria-hidden': 'true' }, index === 0 ? icon(door.icon) : number(index)),
          h('span', { class: 'grow' }, t(door.name)),
          door.name === 'notifications' && h('span', { class: 'count', 'data-testid': 'lane-unread' }))))));
      drawState();
      drawUnread();
      lane.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    },
  };
}

function languages(): HTMLElement {
  const button = (language: 'en' | 'zh', label: string, name: string) => h('button', {
    type: 'button', lang: language, 'aria-pressed': currentLanguage() === language, 'aria-label': name,
    'data-testid': `language-${language}`,
    onclick: () => {
      setLanguage(language);
      document.querySelector<HTMLElement>(`[data-testid=language-${language}]`)?.focus();
    },
  }, label);
  const group = h('div', { class: 'switch', role: 'group', 'aria-label': t('language') }, button('en', 'EN', 'English'),
    button('zh', '中', '中文'));
  for (const each of group.children)
    each.setAttribute('aria-pressed',
      String(each.getAttribute('aria-pressed') !== null && each.getAttribute('lang') === currentLanguage()));
  return group;
}

function themes(): HTMLElement {
  const select = h('select', { class: 'theme', 'aria-label': t('theme'), 'data-testid': 'theme' },
    ...THEMES.map((theme) => h('option', { value: theme }, t(theme))));
  select.value = recall('theme') ?? 'auto';
  select.addEventListener('change', () => {
    remember('theme', select.value);
    applyTheme();
  });
  return select;
}

function applyTheme(): void {
  const theme = recall('theme');
  if (theme === 'light' || theme === 'dark')
    document.documentElement.dataset.theme = theme;
  else
    delete document.documentElement.dataset.theme;
  dispatchEvent(new Event('themechange'));
}
