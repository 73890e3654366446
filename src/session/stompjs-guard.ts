import type { Client } from '@stomp/stompjs';
import type { WebSocket } from 'ws';

/**
 * `@stomp/stompjs` trusts its server: it holds a frame of any length, and looks up ids that the server has chosen in
 * plain objects, where `constructor` is something. What a load tester connects to is not to be trusted.
 */
export class StompjsGuard {
  readonly #maxFrameBytes: number;
  #frameBytes = 0;
  #heard = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Tells of the first frame that gets longer than the limit. To be called before the library listens itself. */
  watch(webSocket: WebSocket, onTooLarge: (message: string) => void): void {
    webSocket.on('message', (data: Buffer | ArrayBuffer | Buffer[]) => {
      if (this.#heard) this.#frameBytes = 0;
      this.#heard = false;
      this.#frameBytes += byteLength(data);
      if (this.#frameBytes <= this.#maxFrameBytes) return;
      onTooLarge(`a frame of more than ${this.#maxFrameBytes} bytes`);
    });
  }

  /** A frame or heart-beat is complete: what is held of the next one has come since. */
  heard(): void {
    this.#heard = true;
  }

  /** To be called when the WebSocket is open: the library makes these objects for each one. */
  static harden(client: Client): void {
    const { _stompHandler: handler } = client as unknown as {
      _stompHandler?: Readonly<Record<string, unknown>>;
    };
    for (const name of ['_subscriptions', '_receiptWatchers', '_serverFrameHandlers']) {
      const table = handler?.[name];
      if (typeof table === 'object' && table !== null) Object.setPrototypeOf(table, null);
    }
  }
}

function byteLength(data: Buffer | ArrayBuffer | Buffer[]): number {
  if (!Array.isArray(data)) return data.byteLength;
  return data.reduce((sum, part) => sum + part.length, 0);
}
