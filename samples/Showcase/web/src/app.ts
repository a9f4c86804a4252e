import './lib/connection.js';
import { announce, fill, h } from './lib/dom.js';
import { onLanguage } from './lib/language.js';
import { makeBanner } from './shell/banner.js';
import { doors, type Door } from './shell/doors.js';
import { makeShell } from './shell/shell.js';
import { makeSide } from './shell/side.js';
import { t } from './shell/texts.js';

const shell = makeShell(makeBanner());
let leave = () => {};
let turn = 0;

function find(path: string): Door {
  return doors.find((door) => door.path === path.replace(/\/+$/, '')) ?? doors[0]!;
}

/** Shows the page of the address. */
async function show(isFirst: boolean): Promise<void> {
  const mine = ++turn;
  const door = find(location.pathname);
  shell.draw(door);
  let page;
  try {
    ({ page } = await door.load());
  } catch {
    fill(shell.main, h('p', { class: 'notice', role: 'alert' }, t('loadFailed')));
    return;
  }
  if (mine !== turn)
    return;
  leave();
  shell.main.replaceChildren();
  shell.main.className = `main page-${door.name}`;
  const end = page.mount(shell.main);
  const side = makeSide(door.name, page);
  fill(shell.side, side.element);
  leave = () => {
    end();
    side.stop();
  };
  if (isFirst)
    return;
  scrollTo(0, 0);
  announce(document.title);
  const title = shell.main.querySelector('h1');
  title?.setAttribute('tabindex', '-1');
  title?.focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest?.('a');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target)
    return;
  const door = doors.find(({ path }) => path === link.pathname);
  if (link.origin !== location.origin || !door || link.hash)
    return;
  event.preventDefault();
  if (link.pathname !== location.pathname)
    history.pushState(null, '', link.href);
  void show(false);
});
addEventListener('popstate', () => void show(false));
onLanguage(() => void show(true));
void show(true);
