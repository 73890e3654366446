import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type * as Host from '../src/broker/host.js';
import type { LedgerRecord } from '../src/broker/server.js';
import { Cli, Run, type Scenario } from './support/cli.js';
import { newFolder } from './support/folders.js';
import { until } from './support/until.js';

// The compiled one: its process is forked from the file beside it. `npm test` builds first.
const compiled = new URL('../dist/src/broker/host.js', import.meta.url).href;
const { startBroker } = (await import(compiled)) as typeof Host;

// What the broker says of itself, beside what the run says of the broker. The two share no code.

const CONNECTIONS = 60;

const SCENARIO: Scenario = {
  name: 'faulty',
  connect: { connections: CONNECTIONS, rate: '400/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '20/s' }],
  hold: '500ms',
  disconnect: { rate: 'unlimited' },
};

function ledgerIn(file: string): LedgerRecord {
  return JSON.parse(readFileSync(file, 'utf8')) as LedgerRecord;
}

/** A run against the embedded broker with these faults, and the broker's ledger of it. */
async function runWith(
  faults: object,
  changes: Scenario = {},
): Promise<{ run: Run; code: number | null; ledger: LedgerRecord }> {
  const run = new Run({ ...SCENARIO, target: { embedded: { faults, ledger: 'truth.json' } }, ...changes });
  const code = await run.end(60_000);
  return { run, code, ledger: ledgerIn(run.file('truth.json')) };
}

function struckBy(ledger: LedgerRecord, fault: string): number {
  return ledger.faults.find((each) => each.fault === fault)?.connections ?? 0;
}

describe('a run against an embedded broker with faults', () => {
  it('reports what the ledger says', async () => {
    const { run, ledger } = await runWith(
      {
        seed: 5,
        faults: [
          { fault: 'never-upgrade', share: '20%', skip: 1 },
          { fault: 'upgrade-status', status: 503, share: '20%', skip: 1 },
          { fault: 'connect-error', share: '20%', skip: 1 },
        ],
      },
      // Only those that are never answered may run into it, however busy the machine is.
      { timeouts: { upgrade: '8s' } },
    );
    const { failures, phases, connections } = run.result();
    const counts = Object.fromEntries(failures.map(({ phase, kind, count }) => [`${phase} ${kind}`, count]));
    const [never, refused, errors] = ['never-upgrade', 'upgrade-status', 'connect-error'].map((fault) =>
      struckBy(ledger, fault),
    );
    expect(counts).toEqual({
      'upgrade upgrade-timeout': never,
      'upgrade upgrade-status': refused,
      'connect stomp-error': errors,
    });
    expect(Math.min(never ?? 0, refused ?? 0, errors ?? 0)).toBeGreaterThan(0);
    // One publisher is among the broker's connections, and not among the run's.
    expect(ledger.connections.accepted).toBe(CONNECTIONS + 1);
    expect(ledger.connections.upgrade).toMatchObject({ hung: never, refused });
    expect(ledger.connections.connect['connected']).toBe(connections.complete + 1);
    expect(ledger.connections.subscriptions).toBe(phases.subscribe?.count);
    expect(ledger.connections.end['client disconnect 1000']).toBe(connections.complete + 1);
  });

  it('on the profile of RabbitMQ is a clean run, whose receipts of DISCONNECT never came', async () => {
    const { run, code, ledger } = await runWith({ profile: 'rabbitmq' });
    expect(code).toBe(0);
    expect(run.result().failures).toEqual([]);
    expect(run.result().server.receipts.disconnect).toMatchObject({
      received: 0,
      closedInstead: CONNECTIONS + 1,
    });
    expect(ledger.receipts['DISCONNECT']).toMatchObject({ sent: 0, withheld: CONNECTIONS + 1 });
  });

  it('on the profile of Spring is a clean run without receipts but those of DISCONNECT', async () => {
    const { run, code, ledger } = await runWith({ profile: 'spring' });
    expect(code).toBe(0);
    const { failures, server } = run.result();
    expect(failures).toEqual([]);
    expect(server.heartbeatMs).toEqual({ send: 0, receive: 0 });
    expect(server.receipts.subscribe.received).toBe(0);
    expect(server.receipts.disconnect.received).toBe(CONNECTIONS + 1);
    expect(ledger.receipts).toMatchObject({
      SUBSCRIBE: { sent: 0, withheld: CONNECTIONS },
      DISCONNECT: { sent: CONNECTIONS + 1, withheld: 0 },
    });
    expect(ledger.connections.end).toEqual({ 'client close 1000': CONNECTIONS + 1 });
  });

  it('is told that its ledger cannot be written before anything is connected', async () => {
    const run = new Run({ ...SCENARIO, target: { embedded: { ledger: 'none/truth.json' } } });
    expect(await run.end(30_000)).toBe(2);
    expect(run.stderr).toContain('the ledger ');
    expect(run.stderr).toContain('ENOENT');
  });

  it('that is left at once still has its ledger', async () => {
    const run = new Run({
      ...SCENARIO,
      hold: '60s',
      target: {
        embedded: { faults: { faults: [{ fault: 'connected-never', share: '0%' }] }, ledger: 'truth.json' },
      },
    });
    await run.reaches('holding');
    run.kill('SIGKILL');
    await run.exited;
    await until(() => existsSync(run.file('truth.json')), 'the ledger');
    expect(ledgerIn(run.file('truth.json')).connections.connect).toEqual({ connected: CONNECTIONS + 1 });
  });
});

describe('stompede broker', () => {
  /** One that listens, with what it said of where. */
  async function broker(args: readonly string[]): Promise<{ cli: Cli; url: string }> {
    const cli = new Cli(['broker', '--port', '0', ...args]);
    await until(() => cli.stdout.includes('\n'), 'where it listens');
    return { cli, url: /ws:\/\/\S+/.exec(cli.stdout)?.[0] ?? '' };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('--faults --ledger: writes the ledger on %s', async (signal) => {
    const folder = newFolder();
    const faults = path.join(folder, 'faults.yaml');
    writeFileSync(faults, 'faults: [{ fault: upgrade-status, status: 429 }]\n');
    const { cli, url } = await broker(['--faults', faults, '--ledger', path.join(folder, 'truth.json')]);
    const client = new WebSocket(url);
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toContain('429');
    expect(existsSync(path.join(folder, 'truth.json'))).toBe(false);
    cli.kill(signal);
    expect(await cli.end(10_000)).toBe(0);
    expect(cli.stdout).toContain('upgrade-status, status 429');
    expect(ledgerIn(path.join(folder, 'truth.json'))).toMatchObject({
      faults: [{ fault: 'upgrade-status', connections: 1, times: 1 }],
      connections: { accepted: 1, upgrade: { refused: 1 }, status: { 429: 1 } },
    });
    expect(readdirSync(folder).toSorted()).toEqual(['faults.yaml', 'truth.json']);
  });

  it('dies of its fault with the ledger written', async () => {
    const folder = newFolder();
    const faults = path.join(folder, 'faults.yaml');
    writeFileSync(faults, 'faults: [{ fault: die, connections: 2 }]\n');
    const { cli, url } = await broker(['--faults', faults, '--ledger', path.join(folder, 'truth.json')]);
    const clients = [new WebSocket(url), new WebSocket(url)];
    const ends = clients.map(async (client) => {
      client.on('error', () => undefined);
      await once(client, 'close');
    });
    await Promise.all(ends);
    expect(await cli.end(10_000)).toBe(null);
    expect(ledgerIn(path.join(folder, 'truth.json'))).toMatchObject({
      faults: [{ fault: 'die', times: 1 }],
      connections: { accepted: 2, end: {} },
    });
  });

  it('says what is wrong with its faults, each at its place', async () => {
    const faults = path.join(newFolder(), 'faults.yaml');
    writeFileSync(faults, 'faults:\n  - { fault: never-upgrde }\n');
    const cli = new Cli(['broker', '--port', '0', '--faults', faults]);
    expect(await cli.end(10_000)).toBe(2);
    expect(cli.stderr).toContain('faults.yaml:2:14: faults[0].fault: found "never-upgrde"');
    expect(cli.stderr).toContain('did you mean never-upgrade?');
  });

  it('says at once that its ledger cannot be written', async () => {
    const cli = new Cli(['broker', '--port', '0', '--ledger', path.join(newFolder(), 'none', 'truth.json')]);
    expect(await cli.end(10_000)).toBe(2);
    expect(cli.stderr).toContain('cannot be written: ENOENT');
  });
});

describe('a broker in a process of its own', () => {
  it('writes its ledger when it is stopped, and says if it could not', async () => {
    const folder = newFolder();
    const ledger = path.join(folder, 'truth.json');
    const broker = await startBroker({ ledger });
    await broker.stop();
    expect(ledgerIn(ledger)).toMatchObject({ schema: 'stompede.ledger/1', connections: { accepted: 0 } });
    const inTheWay = path.join(folder, 'in-the-way.json');
    const other = await startBroker({ ledger: inTheWay });
    mkdirSync(inTheWay);
    await expect(other.stop()).rejects.toMatchObject({ code: 'output-unwritable' });
    expect(await other.exited).toEqual({ code: 0, signal: null });
    await expect(startBroker({ ledger: path.join(folder, 'none', 'x') })).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });
});
