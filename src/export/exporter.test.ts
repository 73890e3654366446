import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Exporter } from './exporter.js';
import type { FromExporter, RunTotals } from './protocol.js';
import { SecondsBuffer } from './seconds-buffer.js';
import { IDENTITY, type SecondTold, secondOf } from './testing/seconds.js';

const open: Exporter[] = [];

afterEach(() => {
  for (const exporter of open.splice(0)) exporter.close();
});

interface Opened {
  readonly exporter: Exporter;
  readonly said: FromExporter[];
  /** What a scrape gets. */
  readonly scrape: () => Promise<string>;
}

/** One that listens on loopback and pushes nothing. */
async function opened(): Promise<Opened> {
  const said: FromExporter[] = [];
  const settings = {
    prometheus: { host: '127.0.0.1', port: 0 },
    otlpUrl: null,
    pushEveryMs: 5000,
    version: '0.1.0',
  };
  const exporter = new Exporter(settings, (message) => said.push(message));
  open.push(exporter);
  await exporter.open();
  const [first] = said.splice(0);
  const port = first?.type === 'open' ? (first.port ?? 0) : 0;
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { exporter, said, scrape };
}

function totalsOf(...seconds: readonly SecondTold[]): RunTotals {
  const buffer = new SecondsBuffer();
  for (const second of seconds) buffer.add(secondOf(second));
  const totals = buffer.take();
  if (totals === null) throw new Error('there was no second');
  return totals;
}

describe('Exporter', () => {
  it('shows a run from its start on, and each second once it has taken it in', async () => {
    const { exporter, said, scrape } = await opened();
    expect(await scrape()).toBe('');
    await exporter.told({ type: 'started', run: IDENTITY });
    expect(await scrape()).toContain('\nstompede_connections_open 0\n');
    await exporter.told({ type: 'totals', totals: totalsOf({ open: 7 }) });
    expect(said).toEqual([{ type: 'taken', runId: '1a2b3c4d', pushes: null }]);
    expect(await scrape()).toContain('\nstompede_connections_open 7\n');
  });

  it('begins anew with the next run', async () => {
    const { exporter, scrape } = await opened();
    await exporter.told({ type: 'started', run: IDENTITY });
    await exporter.told({ type: 'totals', totals: totalsOf({ open: 7, recorded: { connect: [900] } }) });
    await exporter.told({ type: 'started', run: { ...IDENTITY, runId: 'ffffffff' } });
    const text = await scrape();
    expect(text).toContain('run="ffffffff"');
    expect(text).not.toContain('stompede_phase_duration_seconds');
  });

  it('is done with a run at once where nobody is about to scrape it, with its last second', async () => {
    const { exporter, said, scrape } = await opened();
    await exporter.told({ type: 'started', run: IDENTITY });
    await exporter.told({ type: 'ended', totals: totalsOf({ open: 3 }) });
    expect(said).toEqual([{ type: 'done', runId: '1a2b3c4d', pushes: null }]);
    expect(await scrape()).toContain('\nstompede_connections_open 3\n');
  });

  it('waits at the end of a run for a scrape that is due', async () => {
    const { exporter, said, scrape } = await opened();
    await exporter.told({ type: 'started', run: IDENTITY });
    await scrape();
    await scrape();
    const ended = exporter.told({ type: 'ended', totals: totalsOf({ open: 3 }) });
    await sleep(20);
    expect(said).toEqual([]);
    expect(await scrape()).toContain('\nstompede_connections_open 3\n');
    await ended;
    expect(said).toEqual([{ type: 'done', runId: '1a2b3c4d', pushes: null }]);
  });

  it('says with which code it can not listen', async () => {
    const said: FromExporter[] = [];
    const settings = {
      prometheus: { host: '192.0.2.1', port: 0 },
      otlpUrl: null,
      pushEveryMs: 5000,
      version: '0.1.0',
    };
    await new Exporter(settings, (message) => said.push(message)).open();
    expect(said).toEqual([{ type: 'refused', code: 'EADDRNOTAVAIL' }]);
  });
});
