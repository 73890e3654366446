import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { type AddressInfo, type Server, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type * as compiled from '../src/export/live-metrics.js';
import { secondOf } from '../src/export/testing/seconds.js';
import { startCollector } from '../src/export/testing/collector.js';
import { passingRun } from '../src/report/testing/sample-result.js';
import { BIN, Cli, Run } from './support/cli.js';
import { undoLater } from './support/undo.js';
import { until } from './support/until.js';

/** A second of messages to twenty connections: pushes while it lasts, and one at the end. */
const SCENARIO = {
  name: 'exported',
  target: 'embedded',
  connect: { connections: 20, rate: '100/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '20/s' }],
  hold: '1s',
  report: ['json'],
};

const OFTEN = { OTEL_METRIC_EXPORT_INTERVAL: '1000' };
const COMPILED = new URL('../dist/src/export/live-metrics.js', import.meta.url).href;
const SECRET = 'hunter2hunter2';

function exported(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  return new Run(SCENARIO, args, { env: { ...OFTEN, ...env } });
}

/** It went as it would have gone without anybody to export to: to its end, with every delivery. */
async function expectUnharmed(run: Run): Promise<void> {
  const exitCode = await run.end(25_000);
  const { connections, deliveries, generator } = run.result();
  expect(connections).toMatchObject({ complete: 20, failed: 0, unfinished: 0 });
  expect(deliveries).toMatchObject({ lost: 0, received: deliveries.expected });
  expect(deliveries.received).toBeGreaterThan(0);
  // On a machine that others keep busy the generator may rightly say that it was late.
  expect({ exitCode, stderr: run.stderr }).toMatchObject({
    exitCode: generator.verdict === 'invalid' ? 6 : 0,
  });
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undoLater(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Reads what it is sent, and says nothing. */
function hangingCollector(): Promise<string> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => undefined).resume();
      undoLater(() => socket.destroy());
    }),
  );
}

function httpCollector(answer: (response: ServerResponse) => void): Promise<string> {
  return listening(
    createHttpServer((request, response) => {
      response.on('error', () => undefined);
      request.resume().on('end', () => {
        answer(response);
      });
    }),
  );
}

/** For as long as anybody reads. */
function pour(response: ServerResponse): void {
  const megabyte = Buffer.alloc(1 << 20);
  const more = (): void => {
    while (!response.destroyed && response.write(megabyte));
  };
  response.on('drain', more);
  more();
}

describe.concurrent('a collector that', () => {
  it.each([
    ['never answers', hangingCollector, /it did not answer in time/],
    ['is down', () => Promise.resolve('http://127.0.0.1:1'), /ECONNREFUSED/],
    [
      'answers 500 after a while',
      () => httpCollector((response) => setTimeout(() => response.writeHead(500, SECRET).end(SECRET), 200)),
      /HTTP 500/,
    ],
    ['answers without end', () => httpCollector(pour), /its answer was longer than 4 MB/],
  ])('%s harms no run, and is told of', async (_, start, problem) => {
    const url = (await start()).replace('//', `//user:${SECRET}@`);
    const run = exported(['--otlp', url], { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${SECRET}` });
    await expectUnharmed(run);
    expect(run.stderr).toMatch(/Live metrics: http:\/\/\*\*\*@\S+ took nothing of this run, with \d+ push/);
    expect(run.stderr).toMatch(problem);
    expect(run.everythingSaid()).not.toContain(SECRET);
  });
});

describe.concurrent('--otlp', () => {
  it('pushes a run to its end, and says nothing of it afterwards', async () => {
    const collector = await startCollector();
    undoLater(() => {
      collector.close();
    });
    const run = exported(['--otlp', collector.url]);
    await expectUnharmed(run);
    expect(run.stderr).not.toContain('stompede: Live metrics');
    const { run: info, phases, deliveries } = run.result();
    const last = collector.received.at(-1);
    expect(last?.resource['service.instance.id']).toBe(info.id);
    const durations = last?.metrics.get('stompede.phase.duration')?.exponentialHistogram?.dataPoints ?? [];
    const counts = durations.map(({ attributes, count }) => [
      attributes?.[0]?.value.stringValue,
      Number(count),
    ]);
    expect(Object.fromEntries(counts)).toMatchObject({
      upgrade: phases.upgrade?.count,
      connect: phases.connect?.count,
      disconnect: phases.disconnect?.count,
    });
    const received = last?.metrics.get('stompede.deliveries.received')?.sum?.dataPoints[0]?.asInt;
    expect(Number(received)).toBe(deliveries.received);
  });

  it('refuses what is no URL before anything is opened', async () => {
    const run = new Cli(['run', 'ws://127.0.0.1:1/ws', '--otlp', 'localhost:4318']);
    expect(await run.end(15_000)).toBe(2);
    expect(run.stderr).toContain('--otlp localhost:4318 is no http:// or https:// URL');
  });
});

const SCRAPED_WHILE_HOLDING = [
  /^stompede_connections_open 20$/m,
  /^stompede_deliveries_received_total [1-9]/m,
];

describe.concurrent('--prometheus', () => {
  it('is scraped while the run goes on, on a port that it says, and not afterwards', async () => {
    // Each second is told once it is over: several of them have everything open.
    const run = exported(['--prometheus', '127.0.0.1:0', '--hold', '4s']);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+\/metrics/;
    await until(
      () => endpoint.test(run.stderr),
      () => `the endpoint\n${run.stderr}`,
    );
    const url = endpoint.exec(run.stderr)?.[0] ?? '';
    let text = '';
    // Ends with the run, if need be: then nobody answers any more.
    while (!SCRAPED_WHILE_HOLDING.every((line) => line.test(text))) {
      text = await (await fetch(url)).text();
      await sleep(50);
    }
    expect(text).toMatch(/stompede_delivery_latency_seconds_bucket\{le="\+Inf"\} [1-9]/);
    expect(text).toMatch(/stompede_run_info\{run="[0-9a-f]{8}",name="exported",version="[^"]+"\} 1/);
    await expectUnharmed(run);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('with a port in use ends before anything is opened, and says what to do', async () => {
    const port = Number(new URL(await hangingCollector()).port);
    const run = exported(['--prometheus', `127.0.0.1:${port}`]);
    expect(await run.end(15_000)).toBe(2);
    expect(run.stderr).toContain(`--prometheus 127.0.0.1:${port}: that port is in use (EADDRINUSE)`);
    expect(run.stderr).toContain('port 0 is any free one');
    expect(run.stderr).not.toContain('opening');
  });
});

/** Every file and package that is loaded with a compiled file, whether anything of it is used or not. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  if (!file.startsWith('/')) return loaded;
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) [^;]*?'([^']+)';/gm,
  )) {
    loadedWith(specifier.startsWith('.') ? path.resolve(path.dirname(file), specifier) : specifier, loaded);
  }
  return loaded;
}

describe('a command that exports nothing', () => {
  it.each(['main', 'run-command'])('loads nothing for it with cli/%s', (name) => {
    const loaded = [...loadedWith(path.resolve(path.dirname(BIN), `../src/cli/${name}.js`))];
    expect(loaded.some((file) => file.endsWith('/shared/env.js') || file.endsWith('/shared/errors.js'))).toBe(
      true,
    );
    expect(loaded.filter((file) => /\/export\/|opentelemetry|protobufjs/.test(file))).toEqual([]);
  });
});

describe('an exporter that dies', () => {
  it('is told of once, and harms nobody', async () => {
    // Of the compiled ones: a thread is a file of its own.
    const { LiveMetrics } = (await import(COMPILED)) as typeof compiled;
    const settings = { prometheus: null, otlpUrl: 'no URL', pushEveryMs: 1000, version: '0.1.0' };
    const live = await LiveMetrics.open({ settings, variables: {}, onNotice: () => undefined });
    const result = passingRun();
    const started = { runId: '1a2b3c4d', startedAt: new Date(), plan: result.plan };
    live.started(started);
    expect(await live.ended()).toEqual([
      expect.stringMatching(/^Live metrics ended 0 s into the run, which went on: /),
    ]);
    live.started(started);
    live.second(secondOf({}));
    expect(await live.ended()).toEqual([]);
    await live.close();
  });
});
