import { expect, vi } from 'vitest';
import { WebSocketClient, type Environment, type EnvironmentChange, type Sending } from '../../src/core/index.js';
import { RoomClient, type Room } from '../../src/rooms/index.js';
import { FakeSocket } from './fake-socket.js';

export interface Scenario {
  name: string;
  options?: any;
  steps: any[];
}

/** Two objects at the same place: what is named must be there, and there may be more. */
function matches(actual: any, wanted: any): boolean {
  if (wanted === '$any')
    return actual !== undefined;
  if (typeof wanted !== 'object' || wanted === null)
    return actual === wanted;
  return typeof actual === 'object' && actual !== null && Object.entries(wanted).every(([key, value]) => matches(actual[key], value))
    && (!Array.isArray(wanted) || actual.length === wanted.length);
}

/** One scenario on its way; clients/scenarios/README.md says what the steps mean. */
export class Run {
  readonly events: string[] = [];
  readonly client: WebSocketClient;
  readonly #sends = new Map<string, Sending>();
  readonly #answers = new Map<string, any>();
  readonly #ids = new Map<string, string>();
  readonly #aborts = new Map<string, AbortController>();
  readonly #listeners = new Map<string, () => void>();
  readonly #rooms: RoomClient;
  readonly #joined = new Map<string, Room>();
  #changed: (what: EnvironmentChange) => void = () => {};

  constructor({ options = {} }: Scenario) {
    FakeSocket.all = [];
    const { random = [1], auth, environment, ...rest } = options;
    let drawn = 0;
    let given = 0;
    const world = { online: true, visible: true, ...environment };
    const surroundings: Environment = {
      get online() { return world.online; },
      get visible() { return world.visible; },
      listen: (changed) => {
        this.#changed = changed;
        return () => { this.#changed = () => {}; };
      },
    };
    this.world = world;
    const token = ({ fresh }: { fresh: boolean }) => {
      const next = auth.tokens[Math.min(given++, auth.tokens.length - 1)];
      if (next === null)
        throw new Error('no token');
      return fresh ? `${next} (fresh)` : next;
    };
    this.client = new WebSocketClient('ws://server/path', {
      ...rest,
      connect: false,
      WebSocket: FakeSocket,
      random: () => random[drawn++ % random.length],
      environment: surroundings,
      auth: auth && { ...auth, token },
    });
    const { client, events } = this;
    this.#rooms = new RoomClient(client);
    client.addEventListener('state', ({ state }) => events.push(`state ${state}`));
    client.addEventListener('open', () => events.push('open'));
    client.addEventListener('close', ({ code }) => events.push(`close ${code}`));
    client.addEventListener('error', ({ code }) => events.push(`error ${code}`));
    client.addEventListener('reconnect_failed', () => events.push('reconnect_failed'));
    client.addEventListener('drained', () => events.push('drained'));
    client.addEventListener('unknown', ({ type }) => events.push(`unknown ${type}`));
  }

  private readonly world: { online: boolean; visible: boolean };

  async step(step: any): Promise<void> {
    const socket = FakeSocket.newest;
    const verb = Object.keys(step)[0]!;
    switch (verb) {
      case 'client':
        this.#call(step);
        break;
      case 'on':
        this.#listeners.set(step.on, this.client.on(step.on, (payload) => this.events.push(`${step.on} ${JSON.stringify(payload)}`)));
        break;
      case 'off':
        this.#listeners.get(step.off)!();
        break;
      case 'send':
        this.#sends.set(step.as, this.client.send(step.send[0], step.send[1]));
        break;
      case 'sendText':
        this.#sends.set(step.as, this.client.sendRaw(step.sendText));
        break;
      case 'request':
        this.#request(step);
        break;
      case 'join':
        this.#join(step);
        break;
      case 'leave':
        void this.#joined.get(step.leave)!.leave();
        break;
      case 'publish':
        this.#publish(step);
        break;
      case 'abort':
        this.#aborts.get(step.abort)!.abort();
        break;
      case 'server':
        if (step.server === 'accept')
          socket.accept(step.protocol);
        else if (step.server === 'silence')
          socket.silent = true;
        else
          socket.end(step.code ?? 1006, step.reason, step.server === 'close');
        break;
      case 'says':
        socket.says(this.#fill(step.says));
        break;
      case 'advance':
        await vi.advanceTimersByTimeAsync(step.advance);
        break;
      case 'sleep':
        vi.setSystemTime(Date.now() + step.sleep);
        break;
      case 'world':
        if (step.world === 'online' || step.world === 'offline')
          this.world.online = step.world === 'online';
        else
          this.world.visible = step.world === 'visible';
        this.#changed(step.world);
        break;
      case 'expect':
        this.#expect(step.expect);
        break;
      default:
        throw new Error(`unknown step ${verb}`);
    }
    // What was promised comes before the next step.
    await vi.advanceTimersByTimeAsync(0);
  }

  #call({ client: call, code, reason, throws }: any): void {
    const act = () => {
      if (call === 'close')
        void this.client.close(code, reason);
      else
        this.client[call as 'connect' | 'reconnect']();
    };
    if (throws)
      expect(act).toThrow(expect.objectContaining({ code: throws }));
    else
      act();
  }

  #request({ request: [type, payload], as, timeout, retry }: any): void {
    const id = `id-${as}`;
    const abort = new AbortController();
    this.#ids.set(as, id);
    this.#aborts.set(as, abort);
    this.#answers.set(as, 'pending');
    this.client.request(type, payload, { id, timeout, retry, signal: abort.signal }).then(
      (ack = null) => this.#answers.set(as, { ack }),
      ({ code }) => this.#answers.set(as, { error: code }));
  }

  #join({ join: name, as, since }: any): void {
    const room = this.#rooms.join(name, { since });
    const offset = (at?: { offset: number }) => at?.offset ?? '-';
    this.#joined.set(as, room);
    room.on('*', (payload = null, { type }) => this.events.push(`${as} ${type} ${JSON.stringify(payload)}`));
    room.addEventListener('joined', () => this.events.push(`${as} joined`));
    room.addEventListener('gap', ({ from, to }) => this.events.push(`${as} gap ${offset(from)} ${offset(to)}`));
    room.addEventListener('error', ({ code }) => this.events.push(`${as} error ${code}`));
    room.addEventListener('left', () => this.events.push(`${as} left`));
  }

  #publish({ publish: [name, type, payload], as }: any): void {
    const id = `id-${as}`;
    this.#ids.set(as, id);
    this.#answers.set(as, 'pending');
    this.#joined.get(name)!.publish(type, payload, { id }).then(
      (ack = null as any) => this.#answers.set(as, { ack }),
      ({ code }) => this.#answers.set(as, { error: code }));
  }

  /** The id that a name stands for; a room's is that of its last join. */
  #id(name: string): string | undefined {
    const room = this.#joined.get(name)?.name;
    if (room === undefined)
      return this.#ids.get(name);
    const sent = FakeSocket.newest.log.map((data) => JSON.parse(data as string));
    return sent.findLast((each) => each.type === 'join' && each.room === room)?.id;
  }

  #fill(value: any): any {
    if (typeof value === 'string')
      return value !== '$any' && value.startsWith('$') ? this.#id(value.slice(1)) : value;
    if (typeof value !== 'object' || value === null)
      return value;
    if (Array.isArray(value))
      return value.map((each) => this.#fill(each));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#fill(each)]));
  }

  #expect({ heard, events, sends, answers, retryIn, connections, url, timers, error, ...plain }: any): void {
    const { client } = this;
    for (const [name, value] of Object.entries(plain))
      expect(client[name as 'state'], name).toBe(value);
    if (retryIn !== undefined)
      expect(client.retryAt === undefined ? null : client.retryAt - Date.now(), 'retryIn').toBe(retryIn);
    if (connections !== undefined)
      expect(FakeSocket.all.length, 'connections').toBe(connections);
    if (url !== undefined)
      expect(FakeSocket.newest.url, 'url').toBe(url);
    if (timers !== undefined)
      expect(vi.getTimerCount(), 'timers').toBe(timers);
    if (error !== undefined)
      expect(client.error?.code, 'error').toBe(error);
    if (events !== undefined)
      expect(this.events.splice(0), 'events').toEqual(events);
    if (heard !== undefined)
      this.#expectHeard(heard.map((each: any) => this.#fill(each)));
    for (const [name, status] of Object.entries(sends ?? {})) {
      const sending = this.#sends.get(name)!;
      expect(sending.error ? `${sending.status} ${sending.error.code}` : sending.status, `send ${name}`).toBe(status);
    }
    for (const [name, answer] of Object.entries(answers ?? {}))
      expect(this.#answers.get(name), `answer ${name}`).toEqual(answer);
  }

  #expectHeard(wanted: any[]): void {
    const all = FakeSocket.all.flatMap((socket) => socket.heard.splice(0));
    const heard = all.map((data) => {
      try {
        return JSON.parse(data as string);
      } catch {
        return data;
      }
    });
    const shown = `${JSON.stringify(heard)} instead of ${JSON.stringify(wanted)}`;
    expect(heard.length === wanted.length && heard.every((each, i) => matches(each, wanted[i])), shown).toBe(true);
  }
}
