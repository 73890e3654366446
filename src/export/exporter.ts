import { nowUs } from '../shared/clock.js';
import { messageOf, systemCode } from '../shared/errors.js';
import { sleep } from '../shared/env.js';
import { LiveRun } from './live-run.js';
import type { OtlpPush } from './otlp-push.js';
import type { ExportSettings, FromExporter, RunTotals, ToExporter } from './protocol.js';
import { renderProto } from './prometheus-proto.js';
import { PrometheusServer } from './prometheus-server.js';
import { renderText } from './prometheus-text.js';
import { Scrapes } from './scrapes.js';
import type { Format } from './negotiate.js';

/** For the last push and the last scrape of a run; less than what its other end waits for the word that they are over. */
export const LAST_WITHIN_MS = 2500;

/** Everything that the exporter's thread does. */
export class Exporter {
  readonly #settings: ExportSettings;
  readonly #post: (message: FromExporter) => void;
  readonly #scrapes = new Scrapes();
  /** What was rendered since the run was last heard of: two Prometheus servers cost as much as one. */
  readonly #rendered = new Map<Format, Uint8Array | string>();
  #run: LiveRun | null = null;
  #push: OtlpPush | null = null;
  #server: PrometheusServer | null = null;

  constructor(settings: ExportSettings, post: (message: FromExporter) => void) {
    this.#settings = settings;
    this.#post = post;
  }

  /** Listens, if asked, and says so or why not. */
  async open(): Promise<void> {
    const { prometheus } = this.#settings;
    try {
      if (prometheus !== null) {
        this.#server = await PrometheusServer.listen(
          prometheus,
          (format) => this.#render(format),
          () => {
            this.#scrapes.scraped(nowUs() / 1000);
          },
        );
      }
      this.#post({ type: 'open', port: this.#server?.port ?? null });
    } catch (error) {
      this.#post({ type: 'refused', code: systemCode(error) ?? messageOf(error) });
    }
  }

  async told(message: ToExporter): Promise<void> {
    switch (message.type) {
      case 'started':
        await this.#start(message.run);
        return;
      case 'totals':
        this.#add(message.totals);
        this.#say('taken');
        return;
      case 'ended':
        if (message.totals !== null) this.#add(message.totals);
        await this.#lastWords();
        this.#say('done');
    }
  }

  close(): void {
    this.#server?.close();
  }

  async #start(identity: LiveRun['identity']): Promise<void> {
    const { otlpUrl, pushEveryMs, version } = this.#settings;
    const run = new LiveRun(identity, version);
    this.#run = run;
    this.#rendered.clear();
    if (otlpUrl === null) return;
    // A tenth of a second of loading that a scrape endpoint alone does not need.
    const { OtlpPush } = await import('./otlp-push.js');
    this.#push = new OtlpPush(run, { url: otlpUrl, everyMs: pushEveryMs });
  }

  #say(type: 'taken' | 'done'): void {
    if (this.#run === null) return;
    const { identity, pushes } = this.#run;
    this.#post({ type, runId: identity.runId, pushes });
  }

  #add(totals: RunTotals): void {
    this.#run?.add(totals);
    this.#rendered.clear();
  }

  /** The end of the run goes out once more: by a push, and by a scrape where one is due. */
  async #lastWords(): Promise<void> {
    const untilMs = nowUs() / 1000 + LAST_WITHIN_MS;
    const over = new AbortController();
    const scraped = this.#scrapes.isDueBy(untilMs) ? this.#scrapes.next() : Promise.resolve();
    const pushed = this.#push?.end().catch(() => undefined);
    this.#push = null;
    const late = sleep(LAST_WITHIN_MS, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.all([scraped, pushed]), late]);
    over.abort();
  }

  #render(format: Format): Uint8Array | string {
    const known = this.#rendered.get(format);
    if (known !== undefined) return known;
    const rendered =
      format === 'protobuf' ? renderProto(this.#run) : renderText(this.#run, format === 'openmetrics');
    this.#rendered.set(format, rendered);
    return rendered;
  }
}
