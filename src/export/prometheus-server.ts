import { Buffer } from 'node:buffer';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Format, CONTENT_TYPES, formatFor } from './negotiate.js';
import type { ListenAddress } from './protocol.js';

/** More connections than that are closed at once: nobody has so many Prometheus servers. */
const MAX_CONNECTIONS = 32;
const REQUEST_TIMEOUT_MS = 5000;
/** For someone who asked and does not read the answer. */
const IDLE_TIMEOUT_MS = 30_000;

/** What a scrape gets. */
export type Render = (format: Format) => Uint8Array | string;

/** The endpoint that Prometheus scrapes: `GET /metrics`. */
export class PrometheusServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Rejects with the system's error where it can't listen.
   *
   * @param onScrape hears of each scrape once its answer has been handed to the system
   */
  static listen(address: ListenAddress, render: Render, onScrape: () => void): Promise<PrometheusServer> {
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      answer(request, response, render, onScrape);
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.headersTimeout = REQUEST_TIMEOUT_MS;
    server.setTimeout(IDLE_TIMEOUT_MS);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const { port, host } = address;
      server.listen(host === null ? { port } : { port, host }, () => {
        server.removeListener('error', reject);
        // A connection that could not be accepted (EMFILE) is not worth more than the next one.
        server.on('error', () => undefined);
        resolve(new PrometheusServer(server));
      });
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  render: Render,
  onScrape: () => void,
): void {
  // What comes with a GET is not read, and a connection that failed ends by itself.
  response.on('error', () => undefined);
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, 405, 'text/plain', 'only GET\n');
  } else if (path === '/metrics') {
    const format = formatFor(request.headers.accept ?? '');
    response.once('finish', onScrape);
    send(response, 200, CONTENT_TYPES[format], render(format));
  } else if (path === '/') {
    send(response, 200, 'text/plain', 'stompede: metrics of the run are at /metrics\n');
  } else {
    send(response, 404, 'text/plain', 'metrics are at /metrics\n');
  }
}

/** Node itself leaves out the body where HEAD was asked. */
function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: Uint8Array | string,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}
