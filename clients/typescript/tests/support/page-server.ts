import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

const dist = new URL('../../dist/', import.meta.url);

/** Serves the built files, pages, and a WebSocket on one port. */
export class PageServer {
  readonly pages = new Map<string, string>();
  readonly sockets = new Set<WebSocket>();
  /** All there ever were. */
  connections = 0;
  readonly heard: any[] = [];
  /** Answers a message that has an id. */
  answers: (message: any, answer: (fields: object) => void) => void = ({ payload }, answer) => answer({ payload });
  onConnection: (socket: WebSocket) => void = () => {};
  /** Answers what is not a file; says whether it did. */
  onRequest: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  refuseSockets = false;
  readonly #answering = new Set<ServerResponse>();
  readonly #http: Server;
  readonly #upgrade = new WebSocketServer({ noServer: true });

  private constructor() {
    this.#http = createServer((request, response) => {
      this.#answering.add(response);
      response.on('close', () => this.#answering.delete(response));
      const path = new URL(request.url!, 'http://localhost').pathname;
      const page = this.pages.get(path);
      if (page !== undefined) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
      } else if (/^\/[\w-]+\.js$/.test(path)) {
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(new URL(`.${path}`, dist)));
      } else if (!this.onRequest(request, response)) {
        response.writeHead(404).end();
      }
    });
    this.#http.on('upgrade', (request, tcp, head) => {
      if (this.refuseSockets) {
        tcp.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.#upgrade.handleUpgrade(request, tcp, head, (socket) => this.#serve(socket));
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/`;
  }

  /** Breaks off the answers to requests of a path. */
  cutRequests(path: string): void {
    for (const response of this.#answering) {
      if (response.req.url!.startsWith(path))
        response.destroy();
    }
  }

  broadcast(message: unknown): void {
    for (const socket of this.sockets)
      socket.send(JSON.stringify(message));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets)
      socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #serve(socket: WebSocket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      this.heard.push(message);
      if (message.type === 'ping')
        socket.send('{"type":"pong"}');
      else if (message.id)
        this.answers(message, (fields) => socket.send(JSON.stringify({ type: 'ack', id: message.id, ...fields })));
    });
    this.onConnection(socket);
  }
}
