/**
 * @typedef {'connecting'|'open'|'waiting'|'offline'|'failed'} State
 * @typedef {{type: string, payload: any, timestamp?: number, id?: string}} Envelope
 * @typedef {object} StateDetail
 * @property {State} state
 * @property {number} [retryAt] When the next try starts, in ms since the epoch.
 * @property {{code: number, reason: string}} [final] Set when the server's close code forbids another try.
 */

const BACKOFF_BASE = 500;
const BACKOFF_CAP = 20_000;
export const MAX_TRIES = 8;
const WELCOME_DEADLINE = 10_000;
const PING_EVERY = 20_000;
const PONG_DEADLINE = 10_000;
const PROBE_DEADLINE = 2_500;
const STABLE_AFTER = 5_000;

/** @param {number} code */
export function isFinal(code) {
  return (code >= 3500 && code <= 3999) || code === 1008 || code === 4401 || code === 4403;
}

export function newId() {
  // crypto.randomUUID exists only in secure contexts; a sample opened over plain http in a LAN has none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * One logical connection over many sockets. Dispatches `state` (StateDetail), `message` (Envelope), `rtt` (ms).
 */
export class Connection extends EventTarget {
  /** @type {WebSocket|null} */ #socket = null;
  /** @type {State} */ #state = 'connecting';
  #url;
  #joinPayload;
  #running = false;
  #failedTries = 0;
  #backoffStep = 0;
  /** @type {Map<string, number>} */ #timers = new Map();
  /** @type {{id: string, sentAt: number}|null} */ #ping = null;

  /**
   * @param {string} url
   * @param {() => object} joinPayload
   */
  constructor(url, joinPayload) {
    super();
    this.#url = url;
    this.#joinPayload = joinPayload;
    window.addEventListener('online', () => this.#running && this.#state !== 'failed' && this.retryNow());
    window.addEventListener('offline', () => this.#onOffline());
    document.addEventListener('visibilitychange', () => this.#onVisible());
  }

  get state() {
    return this.#state;
  }

  start() {
    this.#running = true;
    this.#failedTries = 0;
    this.#backoffStep = 0;
    this.#connect();
  }

  stop() {
    this.#running = false;
    this.#discard(1000);
  }

  /** Skips the wait; after giving up, this is also the person's "go on". */
  retryNow() {
    if (this.#state === 'connecting' || this.#state === 'open')
      return;
    if (this.#state === 'failed') {
      this.#failedTries = 0;
      this.#backoffStep = 0;
    }
    this.#connect();
  }

  /**
   * @param {string} type
   * @param {object} payload
   * @param {string} [id]
   * @returns {boolean} Whether it was handed to an open socket.
   */
  send(type, payload, id = newId()) {
    if (this.#state !== 'open' || this.#socket?.readyState !== WebSocket.OPEN)
      return false;
    this.#write(type, payload, id);
    return true;
  }

  /** @param {string} type @param {object} payload @param {string} id */
  #write(type, payload, id) {
    this.#socket?.send(JSON.stringify({ type, payload, timestamp: Date.now(), id }));
  }

  #connect() {
    this.#discard(1000);
    this.#setState({ state: 'connecting' });
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    // A handshake that never ends would otherwise hold the page in "connecting" for minutes.
    this.#after('welcome', WELCOME_DEADLINE, () => this.#lost());

    // Each handler checks that its socket is still the current one: a discarded socket may fire late.
    socket.onopen = () => socket === this.#socket && this.#write('join', this.#joinPayload(), newId());
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#lost(event);
  }

  /** @param {unknown} data */
  #receive(data) {
    /** @type {Envelope} */ let envelope;
    try {
      envelope = JSON.parse(String(data));
    } catch {
      return;
    }

    if (!envelope || typeof envelope.type !== 'string')
      return;
    if (envelope.type === 'pong')
      this.#onPong(envelope);
    if (envelope.type === 'welcome')
      this.#onWelcome();
    this.dispatchEvent(new CustomEvent('message', { detail: envelope }));
  }

  #onWelcome() {
    this.#cancel('welcome');
    this.#failedTries = 0;
    // A server that welcomes and drops at once must not be hammered: only a connection that lasts resets the backoff.
    this.#after('stable', STABLE_AFTER, () => { this.#backoffStep = 0; });
    this.#setState({ state: 'open' });
    this.#sendPing(PONG_DEADLINE);
  }

  /** @param {number} deadline */
  #sendPing(deadline) {
    this.#ping = { id: newId(), sentAt: performance.now() };
    this.#write('ping', {}, this.#ping.id);
    this.#after('pong', deadline, () => this.#lost());
    this.#after('ping', PING_EVERY, () => this.#sendPing(PONG_DEADLINE));
  }

  /** @param {Envelope} envelope */
  #onPong(envelope) {
    if (!this.#ping || envelope.id !== this.#ping.id)
      return;
    this.#cancel('pong');
    this.dispatchEvent(new CustomEvent('rtt', { detail: performance.now() - this.#ping.sentAt }));
    this.#ping = null;
  }

  /** @param {CloseEvent} [close] Absent when the page itself gave the socket up. */
  #lost(close) {
    const wasOpen = this.#state === 'open';
    this.#discard(4000);
    if (!wasOpen)
      this.#failedTries += 1;

    if (close && isFinal(close.code))
      return this.#setState({ state: 'failed', final: { code: close.code, reason: close.reason } });
    if (this.#failedTries >= MAX_TRIES)
      return this.#setState({ state: 'failed' });
    // onLine === false is reliable; it is asked only after a failure, since a server on this machine needs no network.
    if (!navigator.onLine)
      return this.#setState({ state: 'offline' });

    const delay = Math.random() * Math.min(BACKOFF_CAP, BACKOFF_BASE * 2 ** this.#backoffStep);
    this.#backoffStep += 1;
    this.#after('retry', delay, () => this.#connect());
    this.#setState({ state: 'waiting', retryAt: Date.now() + delay });
  }

  #onOffline() {
    if (!this.#running)
      return;
    if (this.#state === 'open') {
      this.#sendPing(PROBE_DEADLINE);
    } else if (this.#state === 'waiting') {
      this.#cancel('retry');
      this.#setState({ state: 'offline' });
    }
  }

  // Sleep and background throttling hide dead sockets; the return of the person is the moment to find out.
  #onVisible() {
    if (document.hidden || !this.#running)
      return;
    if (this.#state === 'open')
      this.#sendPing(PONG_DEADLINE);
    else if (this.#state === 'waiting')
      this.retryNow();
  }

  /** @param {StateDetail} detail */
  #setState(detail) {
    this.#state = detail.state;
    this.dispatchEvent(new CustomEvent('state', { detail }));
  }

  // Closing a dead socket can take a minute, so it is abandoned rather than awaited.
  /** @param {number} code */
  #discard(code) {
    for (const name of [...this.#timers.keys()])
      this.#cancel(name);
    this.#ping = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN)
      socket.close(code);
  }

  /** @param {string} name @param {number} ms @param {() => void} action */
  #after(name, ms, action) {
    this.#cancel(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      action();
    }, ms));
  }

  /** @param {string} name */
  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
