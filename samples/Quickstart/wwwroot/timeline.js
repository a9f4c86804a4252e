/**
 * @typedef {{id: string, name: string}} User
 * @typedef {'sent'|'sending'|'waiting'|'failed'} Status
 * @typedef {object} Message
 * @property {'message'} kind
 * @property {string} id
 * @property {User} from
 * @property {string} content
 * @property {number} timestamp
 * @property {boolean} own
 * @property {Status} status
 * @property {string} [error]
 * @property {number} [sentAt]
 * @typedef {{kind: 'notice', id: string, what: 'joined'|'left', name: string, timestamp: number}} Notice
 * @typedef {{kind: 'day', id: string, timestamp: number}} Day
 * @typedef {Message & {first: boolean}} MessageRow
 * @typedef {MessageRow | Notice | Day} Row
 */

const KEEP = 500;
const GROUP_WITHIN = 5 * 60_000;
const RECEIPT_DEADLINE = 15_000;
/** Unconfirmed messages in flight: a long queue must not reach the server as one burst. */
const WINDOW = 8;
export const QUEUE_LIMIT = 100;

/** What has been said, in the server's order, followed by what this person wrote and the server has not confirmed. */
export class Timeline {
  /** @type {(Message|Notice)[]} */ #confirmed = [];
  /** @type {Message[]} */ #pending = [];
  /** @type {Set<string>} */ #seen = new Set();
  #noticeCount = 0;

  clear() {
    this.#confirmed = [];
    this.#pending = [];
    this.#seen.clear();
  }

  get isFull() {
    return this.#pending.filter((message) => message.status !== 'failed').length >= QUEUE_LIMIT;
  }

  /** @param {string} id @param {User} from @param {string} content */
  compose(id, from, content) {
    this.#pending.push({ kind: 'message', id, from, content, timestamp: Date.now(), own: true, status: 'waiting' });
  }

  /**
   * Hands the waiting messages to `send`, oldest first, until the window is full or `send` refuses.
   * @param {(message: Message) => boolean} send
   */
  flush(send) {
    let inFlight = this.#pending.filter((message) => message.status === 'sending').length;
    for (const message of this.#pending) {
      if (message.status !== 'waiting')
        continue;
      if (inFlight >= WINDOW || !send(message))
        return;
      message.status = 'sending';
      message.sentAt = Date.now();
      inFlight += 1;
    }
  }

  /** The socket is gone: nobody knows what became of the messages in flight, so they wait for the next `welcome`. */
  disconnected() {
    for (const message of this.#pending) {
      if (message.status === 'sending')
        message.status = 'waiting';
    }
  }

  /** @returns {boolean} Whether a message was given up for want of a receipt. */
  expire() {
    const late = this.#pending.filter((m) => m.status === 'sending' && Date.now() - (m.sentAt ?? 0) > RECEIPT_DEADLINE);
    for (const message of late)
      message.status = 'failed';
    return late.length > 0;
  }

  /** @param {string} id @param {string} error */
  fail(id, error) {
    const message = this.#pending.find((candidate) => candidate.id === id);
    if (message) {
      message.status = 'failed';
      message.error = error;
    }
    return message !== undefined;
  }

  /** The retried message goes last, and keeps its id: should both copies arrive, every page shows one. @param {string} id */
  retry(id) {
    const index = this.#pending.findIndex((message) => message.id === id && message.status === 'failed');
    if (index < 0)
      return;
    const [message] = this.#pending.splice(index, 1);
    this.#pending.push({ ...message, status: 'waiting', error: undefined, timestamp: Date.now() });
  }

  /**
   * @param {{id: string, from: User, content: string, timestamp: number}} received
   * @param {boolean} own
   * @returns {boolean} Whether it is news to this page.
   */
  receive(received, own) {
    if (this.#seen.has(received.id))
      return false;
    const index = own ? this.#pending.findIndex((message) => message.id === received.id) : -1;
    if (index >= 0)
      this.#pending.splice(index, 1);
    const timestamp = Number.isFinite(received.timestamp) ? received.timestamp : Date.now();
    this.#add({ kind: 'message', ...received, timestamp, own, status: 'sent' });
    return index < 0;
  }

  /**
   * @param {{id: string, from: User, content: string, timestamp: number}[]} recent
   * @param {(from: User) => boolean} isOwn
   */
  merge(recent, isOwn) {
    for (const message of recent)
      this.receive(message, isOwn(message.from) || this.#pending.some((mine) => mine.id === message.id));
    this.#confirmed.sort((a, b) => a.timestamp - b.timestamp);
  }

  /** @param {'joined'|'left'} what @param {string} name @param {number} timestamp */
  notice(what, name, timestamp) {
    this.#noticeCount += 1;
    this.#add({ kind: 'notice', id: `notice-${this.#noticeCount}`, what, name, timestamp });
  }

  /** @param {Message|Notice} entry */
  #add(entry) {
    this.#seen.add(entry.id);
    this.#confirmed.push(entry);
    while (this.#confirmed.length > KEEP)
      this.#seen.delete(this.#confirmed.shift()?.id ?? '');
  }

  /** @returns {Row[]} */
  rows() {
    /** @type {Row[]} */ const rows = [];
    let day = '';
    /** @type {Message|Notice|null} */ let previous = null;
    for (const entry of [...this.#confirmed, ...this.#pending]) {
      const entryDay = new Date(entry.timestamp).toDateString();
      if (entryDay !== day) {
        rows.push({ kind: 'day', id: `day-${entry.id}`, timestamp: entry.timestamp });
        day = entryDay;
        previous = null;
      }
      rows.push(entry.kind === 'notice' ? entry : { ...entry, first: !continues(previous, entry) });
      previous = entry;
    }
    return rows;
  }
}

/** @param {Message|Notice|null} previous @param {Message} message */
function continues(previous, message) {
  return previous?.kind === 'message'
    && previous.own === message.own
    && (message.own || previous.from.id === message.from.id)
    && message.timestamp - previous.timestamp < GROUP_WITHIN;
}
