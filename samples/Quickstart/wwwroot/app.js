import { Composer } from './composer.js';
import { Connection, newId } from './connection.js';
import { byId } from './dom.js';
import { Gate } from './gate.js';
import { LogView } from './log.js';
import { PeopleView } from './people.js';
import { startSettings } from './settings.js';
import { StatusView } from './status.js';
import { t } from './strings.js';
import { tabId } from './tab.js';
import { QUEUE_LIMIT, Timeline } from './timeline.js';

/** @typedef {import('./timeline.js').User} User */

const TOAST_LASTS = 8_000;
const RECEIPT_CHECK_EVERY = 2_000;

/** @type {User} */
let me = { id: '', name: '' };
/** Every id the server has given this page: a reconnect may bring a new one, and older messages stay one's own. */
const myIds = new Set();
const isMe = (/** @type {User} */ user) => user.id === me.id || myIds.has(user.id);
let unreadWhileHidden = 0;
let toastTimer = 0;

const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/chat`;
const connection = new Connection(url, () => ({ name: me.name, clientId: tabId() }));
const timeline = new Timeline();
const log = new LogView((id) => {
  timeline.retry(id);
  flush();
});
const people = new PeopleView(isMe);
const status = new StatusView({ retry: () => connection.retryNow(), rejoin: backToDoor });
const gate = new Gate(enter);
const composer = new Composer({
  submit: say,
  typing: () => connection.send('typing', {}),
});

function flush() {
  timeline.flush((message) => connection.send('chat_message', { content: message.content }, message.id));
  log.render(timeline.rows());
}

/** @param {string} content @returns {boolean} */
function say(content) {
  if (timeline.isFull) {
    toast(t('queueFull', { n: QUEUE_LIMIT }));
    return false;
  }

  timeline.compose(newId(), me, content);
  flush();
  log.toBottom();
  return true;
}

/** @type {Record<string, (payload: any, envelope: import('./connection.js').Envelope) => void>} */
const handlers = {
  welcome({ you, users, recent }) {
    me = you;
    myIds.add(you.id);
    timeline.merge(recent ?? [], isMe);
    setUsers(users);
    timeline.flush((message) => connection.send('chat_message', { content: message.content }, message.id));
    log.render(timeline.rows(), { quiet: true });
  },
  user_join({ user, users }, { timestamp }) {
    setUsers(users);
    notice('joined', user, timestamp);
  },
  user_leave({ user, users }, { timestamp }) {
    setUsers(users);
    notice('left', user, timestamp);
  },
  chat_message({ from, content }, { id = newId(), timestamp = Date.now() }) {
    people.stopTyping(from.id);
    const own = isMe(from);
    if (timeline.receive({ id, from, content, timestamp }, own) && !own) {
      log.countUnread();
      if (document.hidden)
        showUnread(unreadWhileHidden + 1);
    }
    flush();
  },
  typing({ user }) {
    if (!isMe(user))
      people.setTyping(user);
  },
  error({ message }, { id }) {
    const text = message || t('unknownError');
    if (id && timeline.fail(id, text)) {
      flush();
      return;
    }
    status.reason = text;
    toast(text);
  },
};

/** @param {User[]} users */
function setUsers(users = []) {
  people.setUsers(users.some(isMe) ? users : [me, ...users]);
}

/** @param {'joined'|'left'} what @param {User} user @param {number} [timestamp] */
function notice(what, user, timestamp = Date.now()) {
  if (isMe(user))
    return;
  timeline.notice(what, user.name, timestamp);
  log.render(timeline.rows());
}

connection.addEventListener('message', (/** @type {any} */ { detail: envelope }) => {
  handlers[envelope.type]?.(envelope.payload ?? {}, envelope);
});
connection.addEventListener('rtt', (/** @type {any} */ { detail }) => status.showRtt(detail));
connection.addEventListener('state', (/** @type {any} */ { detail }) => {
  if (detail.state !== 'open') {
    timeline.disconnected();
    people.clearTyping();
    log.render(timeline.rows());
  }
  status.show(detail);
});

/** @param {string} name */
function enter(name) {
  me = { id: '', name };
  byId('app').hidden = false;
  setUsers([]);
  composer.refresh();
  connection.start();
  // On a touch screen the keyboard would cover half of what the person came to see.
  if (matchMedia('(pointer: coarse)').matches)
    byId('room-title').focus();
  else
    composer.focus();
}

function backToDoor() {
  connection.stop();
  people.setSheet(false);
  status.reset();
  byId('app').hidden = true;
  gate.open(me.name);
}

/** @param {string} text */
function toast(text) {
  clearTimeout(toastTimer);
  byId('toast').hidden = false;
  byId('toast').textContent = text;
  toastTimer = setTimeout(() => { byId('toast').hidden = true; }, TOAST_LASTS);
}

/** @param {number} count */
function showUnread(count) {
  unreadWhileHidden = count;
  document.title = count > 0 ? `(${count}) ${t('title')}` : t('title');
}

document.addEventListener('visibilitychange', () => !document.hidden && showUnread(0));
byId('change-name').addEventListener('click', backToDoor);
setInterval(() => timeline.expire() && flush(), RECEIPT_CHECK_EVERY);

for (const link of document.querySelectorAll('.second-window')) {
  link.addEventListener('click', (/** @type {any} */ event) => {
    // A window beside this one shows more than a tab behind it; on a phone, a tab is all there is.
    if (event.ctrlKey || event.metaKey || event.shiftKey || matchMedia('(pointer: coarse)').matches)
      return;
    event.preventDefault();
    window.open(event.currentTarget.href, '', 'popup,noopener,width=480,height=760');
  });
}

startSettings(() => {
  gate.translate();
  people.refresh();
  status.refresh();
  composer.refresh();
  log.render(timeline.rows(), { quiet: true });
  showUnread(unreadWhileHidden);
});
gate.open();
