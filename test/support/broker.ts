import type * as Host from '../../src/broker/host.js';
import { undoLater } from './undo.js';

// The compiled one: its process is forked from the file beside it. `npm test` builds first.
const compiled = new URL('../../dist/src/broker/host.js', import.meta.url).href;
const { startBroker: start } = (await import(compiled)) as typeof Host;

/** The embedded broker in a process of its own, stopped at the end of the test file. */
export async function startBroker(options: Host.BrokerOptions = {}): Promise<Host.BrokerHandle> {
  const broker = await start(options);
  undoLater(() => broker.stop());
  return broker;
}
