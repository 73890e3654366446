import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from './servers.js';

type Headers = Readonly<Record<string, string>>;

/** One client of a scripted server, as the script sees it. */
export interface Peer {
  send(command: string, headers?: Headers, body?: string): void;
  close(code: number, reason: string): void;
  /** RST, as a crashed machine or an impatient proxy does. */
  reset(): void;
  /** Reads nothing more of it, until `resume`. */
  pause(): void;
  resume(): void;
}

type Answer = (headers: Headers, peer: Peer, body: string) => unknown;

export interface Script {
  /** What the server does on each command, instead of what a good one would do. */
  readonly on?: Readonly<Record<string, Answer>>;
  /** Called when the WebSocket is open. */
  readonly opened?: (peer: Peer) => void;
  readonly subprotocol?: (offered: ReadonlySet<string>) => string | false;
}

/** What a well-behaved server says: CONNECTED, and a RECEIPT wherever one is asked for. */
const GOOD: Readonly<Record<string, Answer>> = {
  CONNECT: (_headers, peer) => {
    peer.send('CONNECTED', { version: '1.2', 'heart-beat': '0,0' });
  },
};

/** The ws: URL of a STOMP server that follows a script. It is of the test's own: no product code is in it. */
export async function stompServer({ on = {}, opened, subprotocol }: Script = {}): Promise<string> {
  const server = createServer();
  const webSockets = new WebSocketServer({
    server,
    handleProtocols: subprotocol ?? ((offered) => [...offered][0] ?? false),
  });
  webSockets.on('connection', (webSocket: WebSocket, { socket }: IncomingMessage) => {
    const peer = peerOf(webSocket, socket);
    opened?.(peer);
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data: Buffer) => {
      const frame = readFrame(data.toString());
      if (frame === null) return;
      const answer = on[frame.command] ?? GOOD[frame.command] ?? giveReceipt;
      answer(frame.headers, peer, frame.body);
    });
  });
  return `ws://${await listen(server)}/ws`;
}

/** For servers that confirm nothing. */
export const silence: Answer = () => undefined;

/** Where one was asked for. */
export function giveReceipt({ receipt }: Headers, peer: Peer): void {
  if (receipt !== undefined) peer.send('RECEIPT', { 'receipt-id': receipt });
}

function peerOf(webSocket: WebSocket, socket: Socket): Peer {
  return {
    send(command, headers = {}, body = '') {
      const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
      webSocket.send(`${command}\n${lines.join('')}\n${body}\0`);
    },
    close(code, reason) {
      webSocket.close(code, reason);
    },
    reset() {
      socket.resetAndDestroy();
    },
    pause() {
      webSocket.pause();
    },
    resume() {
      webSocket.resume();
    },
  };
}

/** Enough of STOMP for the frames of our own clients, which come one to a message. null: a heart-beat. */
function readFrame(text: string): { command: string; headers: Headers; body: string } | null {
  const headEnd = text.indexOf('\n\n');
  const head = text.slice(0, Math.max(0, headEnd));
  const [command = '', ...lines] = head.split('\n').filter((line) => line !== '');
  if (command === '') return null;
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  const body = text.slice(headEnd + 2, text.lastIndexOf('\0'));
  return { command, headers: Object.fromEntries(pairs) as Headers, body };
}
