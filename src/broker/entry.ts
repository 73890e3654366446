/** The broker's own process. It lives as long as its parent, and does only what that asks for. */
import { parentChannel, type ParentChannel } from '../shared/env.js';
import { messageOf, StompedeError } from '../shared/errors.js';
import { CHANNEL_VERSION, isHostMessage, type EntryMessage, type HostMessage } from './channel.js';
import { joinMesh } from './cluster/mesh.js';
import { createBrokerServer, type BrokerServer } from './server.js';

class Entry {
  readonly #channel: ParentChannel;
  #broker: BrokerServer | undefined;

  constructor(channel: ParentChannel) {
    this.#channel = channel;
  }

  async carryOut(message: HostMessage): Promise<void> {
    switch (message.type) {
      case 'start':
        await this.#start(message);
        return;
      case 'stats':
        if (this.#broker === undefined) return;
        this.say({
          v: CHANNEL_VERSION,
          type: 'stats',
          request: message.request,
          stats: this.#broker.stats(),
        });
        return;
      case 'stop':
        await this.#stop();
    }
  }

  /** The parent is gone, and so is everybody who could be told of a problem. */
  abandon(): void {
    try {
      this.#broker?.writeLedger();
    } finally {
      this.#channel.exit(0);
    }
  }

  say(message: EntryMessage): void {
    this.#channel.send(message);
  }

  async #start({ options, member }: Extract<HostMessage, { readonly type: 'start' }>): Promise<void> {
    try {
      const relay = member === null ? null : await joinMesh(member);
      this.#broker = await createBrokerServer(options, relay);
      this.say({
        v: CHANNEL_VERSION,
        type: 'listening',
        url: this.#broker.url,
        port: this.#broker.port,
      });
    } catch (error) {
      this.#complain('failed', error);
    }
  }

  async #stop(): Promise<void> {
    try {
      await this.#broker?.close();
    } catch (error) {
      this.#complain('unwritten', error);
      return;
    }
    this.#channel.exit(0);
  }

  /** The process ends when the message has gone out. */
  #complain(type: 'failed' | 'unwritten', error: unknown): void {
    const code = error instanceof StompedeError ? error.code : 'internal';
    const hint = error instanceof StompedeError ? error.hint : undefined;
    this.say({ v: CHANNEL_VERSION, type, code, message: messageOf(error), hint });
    this.#channel.disconnect();
  }
}

const channel = parentChannel();
if (channel === undefined) {
  throw new StompedeError('internal', 'the entry of the broker is started by its host only');
}
const entry = new Entry(channel);
channel.ignoreInterrupts();
channel.onDisconnect(() => entry.abandon());
channel.onMessage((message) => {
  // A rejection here is a fault of this program: unhandled, it ends the process and shows where.
  if (isHostMessage(message)) void entry.carryOut(message);
});
entry.say({ v: CHANNEL_VERSION, type: 'ready' });
