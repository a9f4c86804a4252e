import { Auth } from './auth.js';
import { parse, type Message, type RawData } from './envelope.js';
import { HutongError } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import { advised, AUTH_EXPIRED, backoff, bounded, judge, type CloseInfo } from './reconnect.js';
import { later, type Timer } from './timer.js';
import type { EnvironmentChange } from './environment.js';
import type { Settings, SocketConstructor, SocketLike } from './options.js';
import type { ClientEvents, ClientState } from './types.js';

/** Who uses the link. */
export interface LinkUser {
  emit<E extends keyof ClientEvents>(name: E, event: ClientEvents[E]): boolean;
  /** Something came that is no answer to a probe. */
  receive(json: any, data: unknown): void;
  /** Messages can flow. */
  flow(): void;
  /** They no longer can. */
  halt(): void;
  /** A function of the user's threw. */
  failed(cause: unknown): void;
}

/** Sent when this end takes a connection for dead; whoever answers it is still there, and may log it. */
const GIVEN_UP = 4000;

/** Keeps one connection up: the states, and what leads from one to the next. At any time it holds one timer, and one more for the token. */
export class Link {
  readonly #url: string;
  readonly #settings: Settings;
  readonly #user: LinkUser;
  readonly #heartbeat: Heartbeat;
  readonly #auth?: Auth;
  socket?: SocketLike;
  state: ClientState = 'idle';
  attempt = 0;
  retryAt?: number;
  error?: HutongError;
  /** Resolves when `close` is done; undefined before. */
  ended?: Promise<void>;
  // What was begun under another number is no longer wanted.
  #turn = 0;
  #wasOpen = false;
  #openedAt = 0;
  #notBefore = 0;
  #tokenIsStale = false;
  #authenticated = false;
  #timer: Timer;
  #unlisten?: () => void;

  constructor(url: string, settings: Settings, user: LinkUser) {
    this.#url = url;
    this.#settings = settings;
    this.#user = user;
    this.#auth = settings.auth && new Auth(settings.auth);
    this.#heartbeat = new Heartbeat(
      settings.heartbeat,
      (delay, then) => this.#arm(delay, then),
      (data) => { this.transmit(data); },
      () => this.#giveUp('heartbeat_timeout'));
  }

  get roundTripTime(): number | undefined {
    return this.#heartbeat.roundTripTime;
  }

  /** Hands data to the connection, if it takes any: one that is closing would swallow it. */
  transmit(data: RawData): boolean {
    if (this.socket?.readyState !== 1)
      return false;
    this.socket.send(data);
    return true;
  }

  start(): void {
    if (this.ended)
      throw new HutongError('client_closed');
    if (/idle|failed|closed/.test(this.state)) {
      this.attempt = 0;
      this.#unlisten = this.#settings.environment.listen((what) => this.#notice(what));
    } else if (!this.#pausing) {
      return;
    }
    this.#open();
  }

  close(code: number, reason: string): Promise<void> {
    const socket = this.socket;
    socket?.close(code, reason);
    this.#release();
    return this.ended = new Promise((resolve) => {
      const finish = ({ code, reason, wasClean }: CloseInfo) => {
        clearTimeout(this.#timer);
        this.#drop();
        if (socket)
          this.#user.emit('close', { code, reason, wasClean, reconnects: false });
        resolve();
      };
      if (socket) {
        socket.onopen = socket.onmessage = null;
        socket.onclose = finish;
        this.#arm(this.#settings.closeTimeout, () => finish({ code: 1006, reason: 'close_timeout', wasClean: false }));
      } else {
        resolve();
      }
    });
  }

  enter(state: ClientState, retryAt?: number): void {
    const previous = this.state;
    const changes = previous !== state || retryAt !== this.retryAt;
    this.state = state;
    this.retryAt = retryAt;
    if (changes)
      this.#user.emit('state', { state, previous, retryAt, attempt: this.attempt, error: state === 'failed' ? this.error : undefined });
  }

  report(error: HutongError): boolean {
    this.error = error;
    return this.#user.emit('error', error);
  }

  /** What a message means to the connection. @returns whether it means something */
  control({ type, payload, ...fields }: Message): boolean {
    const body = payload ?? fields;
    switch (type) {
      case 'auth_success':
        if (this.#auth) {
          this.#auth.retried = false;
          this.#authenticated = true;
          this.#auth.schedule(body.expiresAt, () => this.#refresh(body.expiresAt));
        }
        if (this.state === 'authenticating')
          this.#opened();
        return true;
      case 'auth_fail':
        // A refused refresh leaves what was authenticated before, until the server ends it.
        if (this.#authenticated)
          this.report(new HutongError('auth_failed', String(body.reason ?? type)));
        else if (this.#auth)
          this.#lost(4401, String(body.reason ?? type), undefined, true);
        return true;
      case 'drain':
        this.#notBefore = Date.now() + bounded(body.after);
        return true;
    }
    return false;
  }

  get #pausing(): boolean {
    return this.state === 'waiting' || this.state === 'offline';
  }

  #arm(delay: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = later(delay, () => this.#guard(then));
  }

  /** Runs what may call functions of the user's. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (cause) {
      this.#user.failed(cause);
    }
  }

  #open(): void {
    const turn = ++this.#turn;
    const fresh = this.#tokenIsStale;
    this.#tokenIsStale = false;
    this.#arm(this.#settings.connectTimeout, () => this.#giveUp('connect_timeout'));
    this.enter('connecting');
    // A listener to the state may have closed the client.
    if (turn !== this.#turn)
      return;
    if (!this.#auth) {
      this.#dial();
      return;
    }
    this.#auth.token(fresh).then(
      (token) => turn === this.#turn && this.#dial(token),
      (cause) => turn === this.#turn && this.#giveUp('token_failed', cause));
  }

  #dial(token = ''): void {
    const { protocols, binaryType, connectTimeout, WebSocket = globalThis.WebSocket as SocketConstructor } = this.#settings;
    const auth = this.#auth;
    let socket: SocketLike;
    try {
      socket = this.socket = new WebSocket(auth && !auth.first ? auth.address(this.#url, token) : this.#url, protocols);
    } catch (cause) {
      // The cause names the address, in which the token may be.
      this.#fail(new HutongError('connect_failed', undefined, auth ? undefined : cause));
      return;
    }
    socket.binaryType = binaryType;
    // The close event that follows says all there is to say.
    socket.onerror = () => {};
    socket.onclose = ({ code, reason, wasClean }) => this.#lost(code, reason, undefined, wasClean);
    socket.onmessage = ({ data }) => {
      const json = parse(data);
      if (!this.#guard(() => this.#heartbeat.hear(data, json)))
        this.#user.receive(json, data);
    };
    socket.onopen = () => {
      if (!auth?.first) {
        this.#opened();
        return;
      }
      this.#arm(connectTimeout, () => this.#giveUp('auth_timeout'));
      socket.send(auth.message(token));
      this.enter('authenticating');
    };
  }

  #opened(): void {
    const turn = this.#turn;
    const { protocol } = this.socket!;
    const reconnected = this.#wasOpen;
    this.#wasOpen = true;
    this.#openedAt = Date.now();
    clearTimeout(this.#timer);
    if (this.#settings.heartbeat.interval)
      this.#heartbeat.start();
    this.enter('open');
    if (turn === this.#turn)
      this.#user.emit('open', { protocol, reconnected });
    if (turn === this.#turn)
      this.#user.flow();
  }

  #refresh(expiresAt: unknown): void {
    const turn = this.#turn;
    const auth = this.#auth!;
    auth.token(true).then(
      (token) => {
        if (turn === this.#turn)
          this.transmit(auth.message(token));
      },
      (cause) => {
        if (turn !== this.#turn)
          return;
        this.report(new HutongError('token_failed', undefined, cause));
        // Half of what is left, until nothing is.
        const left = Number(new Date(expiresAt as string)) - Date.now();
        if (left > 1000 && turn === this.#turn)
          auth.later(left / 2, () => this.#refresh(expiresAt));
      });
  }

  /** Stops all that belongs to a connection, and lets what was begun for it come to nothing. */
  #detach(): void {
    this.#turn++;
    this.#authenticated = false;
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#auth?.stop();
    this.#user.halt();
  }

  /** Lets go of the connection without waiting for it: it may be dead. */
  #drop(code = 1000): void {
    const socket = this.socket;
    this.socket = undefined;
    if (!socket)
      return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState < 2)
      socket.close(code);
  }

  #release(): void {
    this.#detach();
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  #fail(error: HutongError): void {
    this.#release();
    this.#drop();
    this.error = error;
    const turn = this.#turn;
    this.enter('failed');
    if (turn === this.#turn)
      this.#user.emit('error', error);
  }

  #giveUp(code: string, cause?: unknown): void {
    this.#lost(1006, code, new HutongError(code, undefined, cause));
  }

  #lost(code: number, reason: string, error?: HutongError, wasClean = false): void {
    const { reconnect } = this.#settings;
    const close = { code, reason, wasClean };
    if (this.state === 'open' && reconnect && Date.now() - this.#openedAt >= reconnect.resetAfter)
      this.attempt = 0;
    this.#detach();
    this.#drop(error && GIVEN_UP);
    const turn = this.#turn;
    const verdict = judge(code);
    const again = verdict === 'auth' && !!reconnect && !!this.#auth?.mayRetry;
    const retries = reconnect && (this.#guard(() => reconnect.decide?.(close)) ?? (reconnect.always || again || verdict === 'retry'));
    const exhausted = retries && !again && this.attempt >= reconnect.attempts;
    this.#tokenIsStale = again || code === AUTH_EXPIRED;
    if (error)
      this.report(error);
    this.#user.emit('close', { ...close, reconnects: retries && !exhausted });
    // A listener may have closed the client.
    if (turn !== this.#turn)
      return;
    if (exhausted) {
      this.#fail(new HutongError('reconnect_failed', undefined, error));
      this.#user.emit('reconnect_failed', { attempts: this.attempt, error: this.error! });
    } else if (retries && again) {
      this.#auth!.retried = true;
      this.#open();
    } else if (retries) {
      this.#retry(code, advised(reason));
    } else if (verdict === 'end') {
      this.#release();
      this.enter('closed');
    } else {
      const failure = { auth: 'auth_failed', refused: 'refused', retry: 'connection_lost' }[verdict];
      this.#fail(new HutongError(failure, `${code} ${reason}`, error));
    }
  }

  #retry(code: number, advice: number): void {
    const { reconnect, environment, random } = this.#settings;
    if (!reconnect)
      return;
    const now = Date.now();
    if (advice)
      this.#notBefore = now + advice;
    // An overloaded server is given the longest time at once. The jitter comes on top of any advice, or all who were told the same would
    // come at once.
    const delay = backoff(code === 1013 ? 31 : this.attempt, reconnect.base, reconnect.cap, random);
    const retryAt = Math.max(now, this.#notBefore) + delay;
    this.attempt++;
    if (!environment.online) {
      this.enter('offline');
    } else if (reconnect.pauseWhenHidden && !environment.visible) {
      this.enter('waiting');
    } else {
      this.#arm(retryAt - now, () => this.#open());
      this.enter('waiting', retryAt);
    }
  }

  #notice(what: EnvironmentChange): void {
    const { environment, reconnect } = this.#settings;
    if (this.state === 'open') {
      if (what !== 'hidden')
        this.#heartbeat.probe();
    } else if (!this.#pausing) {
      return;
    } else if (what === 'offline' || what === 'hidden') {
      if (what === 'hidden' && !(reconnect && reconnect.pauseWhenHidden))
        return;
      clearTimeout(this.#timer);
      this.enter(what === 'offline' ? what : this.state);
    } else if (environment.online) {
      // The server's advice stands, whoever is in a hurry.
      const wait = this.#notBefore - Date.now();
      if (wait <= 0) {
        this.#open();
      } else {
        this.#arm(wait, () => this.#open());
        this.enter('waiting', this.#notBefore);
      }
    }
  }
}
