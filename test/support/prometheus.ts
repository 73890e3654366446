import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { newFolder } from './folders.js';
import { ensureInstalled } from './packages.js';
import { freePorts, listening } from './ports.js';
import { undoLater } from './undo.js';
import { until } from './until.js';

const BIN = '/usr/bin/prometheus';

/** A Prometheus of our own that scrapes one endpoint every second and takes in native histograms. */
export interface Prometheus {
  /** The result of an instant query (PromQL) at `atSec` of Unix time: for each series its labels and its value. */
  query(promql: string, atSec: number): Promise<readonly QueryRow[]>;
  /** What it says of the endpoint that it scrapes: null where all is well. */
  lastError(): Promise<string | null>;
}

export interface QueryRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Starts it, and stops it at the end of the test file. `target`: host:port. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  ensureInstalled(BIN, 'prometheus');
  const [port = 0] = await freePorts(1);
  const folder = newFolder();
  const configuration = path.join(folder, 'prometheus.yml');
  const scrape = { job_name: 'stompede', static_configs: [{ targets: [target] }] };
  writeFileSync(
    configuration,
    JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }),
  );
  const child = spawn(
    BIN,
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=native-histograms',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  let ended = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  child.on('error', () => undefined);
  child.once('close', () => (ended = true));
  undoLater(async () => {
    child.kill('SIGTERM');
    await until(() => ended, 'the end of Prometheus');
  });
  await listening(port, 30_000).catch((error: unknown) => {
    throw new Error(`Prometheus did not start: ${String(error)}\n${log}`);
  });
  const api = async (call: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${call}`);
    const body = (await answer.json()) as { status: string; data: unknown; error?: string };
    if (body.status !== 'success') throw new Error(`${call}: ${body.error ?? answer.status}\n${log}`);
    return body.data;
  };
  return {
    async query(promql, atSec) {
      const data = (await api(`query?query=${encodeURIComponent(promql)}&time=${atSec}`)) as {
        readonly result: readonly {
          readonly metric: Readonly<Record<string, string>>;
          readonly value?: readonly [number, string];
        }[];
      };
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
    },
    async lastError() {
      const data = (await api('targets')) as {
        readonly activeTargets: readonly { readonly lastError: string }[];
      };
      const error = data.activeTargets[0]?.lastError ?? 'it has no target';
      return error === '' ? null : error;
    },
  };
}
