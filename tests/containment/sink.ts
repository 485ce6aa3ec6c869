/** A server that nothing may reach: it listens for requests and datagrams, and keeps who came. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Every name that ends so leads to this machine, and counts as a safe place, by itself. */
const DOMAIN = 'sink.localhost';

/** What a realm needs to aim at the sink; plain, so that it can be sent there. */
export interface Aim {
  readonly httpPort: number;
  readonly udpPorts: Readonly<Record<string, number>>;
  readonly context: string;
  readonly domain: string;
}

export class Sink {
  readonly #server: Server;
  readonly #sockets: readonly (readonly [name: string, socket: DatagramSocket])[];
  readonly #reached = new Set<string>();

  private constructor(server: Server, sockets: readonly (readonly [string, DatagramSocket])[]) {
    this.#server = server;
    this.#sockets = sockets;
    const came = ({ headers }: IncomingMessage): void => {
      this.#reached.add(headers.host!.split(`.${DOMAIN}`)[0]);
    };
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      came(request);
      socket.destroy();
    });
    server.on('request', (request, response) => {
      came(request);
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      response.setHeader('Content-Type', 'text/javascript');
      response.end();
    });
    for (const [name, socket] of sockets) socket.on('message', () => this.#reached.add(name));
  }

  /** @param datagrams names of what may send datagrams, each of which gets a port of its own */
  static async open(datagrams: readonly string[]): Promise<Sink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sockets = datagrams.map((name) => [name, createSocket('udp4')] as const);
    for (const [, socket] of sockets) {
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    }
    return new Sink(server, sockets);
  }

  aim(context: string): Aim {
    const udpPorts = Object.fromEntries(this.#sockets.map(([name, socket]) => [name, socket.address().port]));
    return { httpPort: (this.#server.address() as AddressInfo).port, udpPorts, context, domain: DOMAIN };
  }

  /** Who got here, as `channel.context`. */
  get reached(): readonly string[] {
    return [...this.#reached];
  }

  /** Finds in a text the names of those who meant to come here. */
  get names(): RegExp {
    return new RegExp(`([a-z-]+\\.[a-z-]+)\\.${DOMAIN.replace('.', '\\.')}`, 'g');
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    for (const [, socket] of this.#sockets) socket.close();
  }
}
