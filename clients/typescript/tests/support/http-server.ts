import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

interface Session {
  token: string;
  messages: any[];
  acked: number;
  wake?: () => void;
  /** It goes on over a WebSocket. */
  onward?: WebSocket;
}

/** Serves sessions over HTTP as Hutong's rooms do, in so far as a client can tell: every message with an id is acknowledged. */
export class HttpServer {
  readonly sessions = new Map<string, Session>();
  readonly requests: string[] = [];
  readonly effects: unknown[] = [];
  webSockets: 'refused' | 'hanging' | 'served' = 'refused';
  /** Answers a request by itself if it wants to. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  sse = true;
  readonly http: Server;
  readonly #upgrade = new WebSocketServer({ noServer: true });
  readonly #hanging = new Set<Duplex>();
  #count = 0;

  constructor() {
    this.http = createServer((request, response) => void this.serve(request, response));
    this.http.on('upgrade', (request, tcp, head) => {
      this.requests.push('websocket');
      if (this.webSockets === 'refused')
        tcp.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      else if (this.webSockets === 'hanging')
        this.#hanging.add(tcp);
      else
        this.#upgrade.handleUpgrade(request, tcp, head, (socket) => this.#serveSocket(socket));
    });
  }

  static async start(): Promise<HttpServer> {
    const server = new HttpServer();
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo).port}/rt`;
  }

  /** What every session is told. */
  tell(message: any): void {
    for (const session of this.sessions.values())
      this.#add(session, message);
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    for (const tcp of this.#hanging)
      tcp.destroy();
    for (const socket of this.#upgrade.clients)
      socket.terminate();
    await new Promise((resolve) => this.http.close(resolve));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url!, 'http://localhost').pathname;
    this.requests.push(path.replace('/rt/', ''));
    if (this.intercept(request, response))
      return;
    const given = String(request.headers['hutong-session'] ?? '');
    const known = this.sessions.get(given);
    if (path === '/rt/sse' && this.sse)
      this.#serveEvents(request, response);
    else if (path === '/rt/poll' && (known || !given))
      await this.#servePoll(known, request, response);
    else if (path === '/rt/send' && known)
      await this.#take(known, request, response);
    else if (path === '/rt/session' && known)
      response.writeHead(204).end(void this.sessions.delete(given));
    else
      response.writeHead(404).end();
  }

  #open(): Session {
    const session: Session = { token: `s${++this.#count}.secret`, messages: [], acked: 0 };
    this.sessions.set(session.token, session);
    return session;
  }

  #welcome(session: Session) {
    return { seq: 0, type: 'welcome', payload: { session: session.token.split('.')[0], token: session.token } };
  }

  #add(session: Session, message: any): void {
    if (session.onward) {
      session.onward.send(JSON.stringify(message));
      return;
    }
    session.messages.push({ seq: session.messages.length + 1, ...message });
    session.wake?.();
  }

  #react(session: Session, message: any): void {
    if (message.type === 'ping')
      this.#add(session, { type: 'pong' });
    else
      this.effects.push(message.payload);
    if (message.id)
      this.#add(session, { type: 'ack', id: message.id, payload: message.payload });
  }

  async #servePoll(known: Session | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = known ?? this.#open();
    const answer = (messages: any[]) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(messages));
    if (!known) {
      answer([this.#welcome(session), ...session.messages]);
      return;
    }
    session.acked = Number(request.headers['hutong-ack'] ?? 0);
    if (session.messages.length <= session.acked) {
      await new Promise<void>((resolve) => {
        session.wake = resolve;
        response.on('close', resolve);
      });
    }
    if (session.onward)
      response.writeHead(409).end();
    else
      answer(session.messages.slice(session.acked));
  }

  #serveEvents(request: IncomingMessage, response: ServerResponse): void {
    const [id, secret, received = 0] = String(request.headers['last-event-id'] ?? '').split('.');
    const known = this.sessions.get(`${id}.${secret}`);
    const session = known ?? this.#open();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 50\n\n');
    const write = ({ seq, ...message }: any) => response.write(`id: ${session.token}.${seq}\ndata: ${JSON.stringify(message)}\n\n`);
    if (!known)
      write(this.#welcome(session));
    let next = Number(received);
    session.wake = () => {
      for (; next < session.messages.length; next++)
        write(session.messages[next]);
      if (session.onward)
        response.end();
    };
    session.wake();
  }

  async #take(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request)
      body += piece;
    for (const message of JSON.parse(body))
      this.#react(session, message);
    response.writeHead(202).end();
  }

  #serveSocket(socket: WebSocket): void {
    let session: Session = { token: '', messages: [], acked: 0, onward: socket };
    const name = `websocket ${++this.#count}`;
    this.sessions.set(name, session);
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      if (message.type !== 'resume') {
        this.#react(session, message);
        return;
      }
      const resumed = this.sessions.get(message.token);
      if (!resumed) {
        socket.send(JSON.stringify({ type: 'error', id: message.id, payload: { code: 'unknown_session' } }));
        return;
      }
      session = resumed;
      this.sessions.delete(name);
      socket.send(JSON.stringify({ type: 'ack', id: message.id }));
      for (const { seq, ...missed } of session.messages.slice(message.ack))
        socket.send(JSON.stringify(missed));
      session.onward = socket;
      session.wake?.();
    });
  }
}
