import { client } from '../lib/connection.js';
import { announce, h, setText } from '../lib/dom.js';
import { t } from './texts.js';

const PATIENCE = 400;

/** What is said when the connection is lost: how long it takes, and after the last attempt the question whether to go on. */
export function makeBanner(): HTMLElement {
  const text = h('span', { 'data-testid': 'banner-text' });
  const button = h('button', { type: 'button', class: 'button small', 'data-testid': 'retry', onclick: () => client.reconnect() });
  const banner = h('div', { class: 'banner', role: 'status', hidden: true, 'data-testid': 'banner' }, text, button);
  const yes = h('button', { type: 'button', class: 'button primary', 'data-testid': 'go-on',
    onclick: () => { dialog.close(); client.reconnect(); } });
  const no = h('button', { type: 'button', class: 'button', onclick: () => dialog.close() });
  const title = h('h2', { id: 'ask-title' });
  const explanation = h('p', {});
  const dialog = h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title', 'data-testid': 'ask' }, title, explanation,
    h('div', { class: 'row end' }, no, yes));
  document.body.append(dialog);
  let lostAt = 0;

  function draw(): void {
    const { state, retryAt, attempt } = client;
    const isLost = state === 'waiting' || state === 'offline' || state === 'failed' || (state === 'connecting' && attempt > 0);
    lostAt = isLost ? lostAt || Date.now() : 0;
    // A cut that is over in a blink is not worth a jump of the page.
    banner.hidden = !isLost || (state !== 'failed' && Date.now() - lostAt < PATIENCE);
    const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - Date.now()) / 1000));
    setText(text, state === 'offline' ? t('isOffline')
      : state === 'failed' ? t('lost')
      : `${t('lost')} ${state === 'waiting' ? t('retryIn', { seconds, attempt: Math.max(1, attempt) }) : t('trying', { attempt: Math.max(1, attempt) })}`);
    setText(button, state === 'failed' ? t('reconnect') : t('now'));
    button.hidden = state === 'connecting';
    setText(title, t('askTitle'));
    setText(explanation, t('askText'));
    setText(yes, t('goOn'));
    setText(no, t('stop'));
  }

  client.addEventListener('state', ({ state }) => {
    draw();
    if (state === 'open' && dialog.open)
      dialog.close();
    if (state === 'waiting')
      announce(t('lost'));
  });
  client.addEventListener('reconnect_failed', () => {
    draw();
    if (!dialog.open)
      dialog.showModal();
    yes.focus();
  });
  setInterval(draw, 250);
  return banner;
}
