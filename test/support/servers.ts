import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { undoLater } from './undo.js';

/** The `host:port` of a TCP server that treats every connection as told. */
export async function tcpServer(onSocket: (socket: Socket) => void): Promise<string> {
  return listen(createServer(onSocket));
}

/** The `host:port` of a TLS server that answers nothing. */
export async function tlsServer(identity: { readonly key: string; readonly cert: string }): Promise<string> {
  const server = createTlsServer(identity);
  // A client that does not trust it breaks off: that is what it is for.
  server.on('tlsClientError', () => undefined);
  return listen(server);
}

/** The `host:port` of a web server that knows no WebSockets: every request is answered alike. */
export async function httpServer(status: number, text: string): Promise<string> {
  const server = createHttpServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(text);
  });
  return listen(server);
}

/** A `host:port` where nothing listens. */
export async function unusedAddress(): Promise<string> {
  const server = createServer();
  const address = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

/** Listens on a free port of this machine until the end of the test file. */
export async function listen(server: Server | HttpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  undoLater(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
