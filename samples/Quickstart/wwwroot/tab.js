import { newId } from './connection.js';

const KEY = 'hutong.tab';

/** @type {string|undefined} */
let id;

// The id outlives a reload but is stored only while the page is away: a duplicated tab copies sessionStorage, and two live
// pages with one id would be taken for one.
function claim() {
  try {
    id ??= sessionStorage.getItem(KEY) ?? undefined;
    sessionStorage.removeItem(KEY);
  } catch {
    // Storage may be blocked; the id then lasts as long as the page.
  }
  id ??= newId();
  return id;
}

addEventListener('pagehide', () => {
  try {
    sessionStorage.setItem(KEY, claim());
  } catch {
    // As above.
  }
});
addEventListener('pageshow', (event) => event.persisted && claim());

/** A random id for this tab, the same across reconnects and reloads. */
export function tabId() {
  return id ?? claim();
}

claim();
