import { h } from './dom.js';

const LASTS = 5000;
const MOST = 4;

/** Shows a notice for five seconds; while the pointer or the focus is on it, it stays. */
export function toast(title: string, message: string, level: string, dismiss: string, label: string): void {
  let place = document.getElementById('toasts');
  if (!place)
    document.body.append(place = h('div', { id: 'toasts', role: 'region', 'aria-live': 'polite', 'aria-label': label }));
  const leave = () => {
    clearTimeout(timer);
    element.remove();
  };
  const element = h('div', { class: `toast ${level}`, 'data-testid': 'toast' },
    h('div', { class: 'grow' }, h('b', {}, title), h('p', {}, message)),
    h('button', { type: 'button', class: 'button small bare', 'aria-label': dismiss, onclick: leave }, '✕'));
  let timer: ReturnType<typeof setTimeout>;
  let left = LASTS;
  let since = 0;
  const go = () => {
    since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(leave, left);
  };
  const wait = () => {
    left = Math.max(800, left - (Date.now() - since));
    clearTimeout(timer);
  };
  element.addEventListener('pointerenter', wait);
  element.addEventListener('pointerleave', go);
  element.addEventListener('focusin', wait);
  element.addEventListener('focusout', go);
  place.append(element);
  while (place.childElementCount > MOST)
    place.firstElementChild!.remove();
  go();
}
