import { parentPort, workerData } from 'node:worker_threads';
import { onUnhandledRejection } from '../shared/env.js';
import { Exporter } from './exporter.js';
import type { ExportSettings, FromExporter, ToExporter } from './protocol.js';

/** The exporter as a thread: nothing that a collector, a scraper or a library does to it reaches the run. */
const port = parentPort;
if (port === null) throw new Error('thread-entry is started by live-metrics, as a worker thread');

// A promise that somebody else's code left alone is no reason to stop; an error that nobody caught is, and ends this thread.
onUnhandledRejection(() => undefined);

const exporter = new Exporter(workerData as ExportSettings, (message: FromExporter) => {
  port.postMessage(message);
});

// In their order: the start of a run may have to load what the seconds after it need.
let told = exporter.open();
port.on('message', (message: ToExporter) => {
  told = told.then(() => exporter.told(message));
  told.catch(die);
});

/** After a fault of our own nothing further is done. */
function die(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
