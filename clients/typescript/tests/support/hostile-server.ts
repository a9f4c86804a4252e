import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** What the server does with one connection. */
export type Behaviour = (connection: Connection) => void;

/** One upgrade request and what can be made of it. */
export class Connection {
  constructor(readonly server: HostileServer, readonly request: IncomingMessage, readonly tcp: Duplex, private readonly head: Buffer) {}

  /** Answers the handshake as it should be. */
  accept(): WebSocket {
    let socket!: WebSocket;
    this.server.sockets.handleUpgrade(this.request, this.tcp, this.head, (accepted) => { socket = accepted; });
    return socket;
  }

  /** Answers each message that has an id with an ack, and probes with pongs. */
  serve(socket = this.accept()): WebSocket {
    socket.on('message', (data) => this.answer(socket, data.toString()));
    return socket;
  }

  answer(socket: WebSocket, text: string): void {
    const message = JSON.parse(text);
    if (message.type === 'ping') {
      socket.send('{"type":"pong"}');
      return;
    }
    if (!message.id || !this.server.ids.has(message.id))
      this.server.effects.push(message.payload);
    this.server.ids.add(message.id);
    if (message.id)
      socket.send(JSON.stringify({ type: 'ack', id: message.id, payload: message.payload }));
  }
}

/** A server that treats one connection after the other as its script says, and all further ones as the last. */
export class HostileServer {
  readonly effects: unknown[] = [];
  readonly ids = new Set<string>();
  readonly urls: string[] = [];
  readonly sockets = new WebSocketServer({ noServer: true });
  readonly #http: Server;
  readonly #open = new Set<Socket>();
  connections = 0;

  private constructor(script: Behaviour[]) {
    this.#http = createServer((_, response) => response.writeHead(404).end());
    this.#http.on('connection', (socket) => this.#open.add(socket.on('close', () => this.#open.delete(socket)).on('error', () => {})));
    this.#http.on('upgrade', (request, tcp, head) => {
      this.urls.push(request.url!);
      script[Math.min(this.connections++, script.length - 1)]!(new Connection(this, request, tcp, head));
    });
  }

  static async start(...script: Behaviour[]): Promise<HostileServer> {
    const server = new HostileServer(script);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open)
      socket.destroy();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}
