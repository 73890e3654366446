import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LedgerFile } from './ledger-file.js';
import { Ledger } from './ledger.js';
import { recordOf, ROW_COLUMNS, type LedgerRecord } from './record.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ledger-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = {
  seed: 1,
  rules: [{ fault: 'never-upgrade', share: 0.5, skip: 0, fromMs: 0, untilMs: null }],
} as const;

function recordWith(connections: number): LedgerRecord {
  const ledger = new Ledger(PLAN);
  for (let n = 0; n < connections; n++) {
    const account = ledger.accept();
    if (n % 2 === 0) ledger.struck(0, account);
  }
  return recordOf(ledger);
}

describe('LedgerFile', () => {
  it.each([0, 1, 999, 1000, 1001, 2500])(
    'holds the record as JSON, with a line for each of %i rows',
    (count) => {
      const file = path.join(folder, 'truth.json');
      const record = recordWith(count);
      new LedgerFile(file).write(record);
      const text = readFileSync(file, 'utf8');
      expect(JSON.parse(text)).toEqual(record);
      expect(text.split('\n').filter((line) => line.startsWith('      ['))).toHaveLength(count);
    },
  );

  it('appears whole, and leaves nothing beside it', () => {
    const file = path.join(folder, 'truth.json');
    const ledgerFile = new LedgerFile(file);
    expect(existsSync(file)).toBe(false);
    ledgerFile.write(recordWith(1));
    expect(readdirSync(folder)).toEqual(['truth.json']);
  });

  it('that will not be written is taken away', () => {
    new LedgerFile(path.join(folder, 'truth.json')).discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says at once that a path cannot be written to', () => {
    expect(() => new LedgerFile(path.join(folder, 'none', 'truth.json'))).toThrow(
      expect.objectContaining({ code: 'output-unwritable', message: expect.stringContaining('ENOENT') }),
    );
  });

  it('says so if it finds out only at the end', () => {
    const file = path.join(folder, 'truth.json');
    const ledgerFile = new LedgerFile(file);
    mkdirSync(file);
    expect(() => ledgerFile.write(recordWith(0))).toThrow(
      expect.objectContaining({ code: 'output-unwritable' }),
    );
  });
});

describe('the ledger', () => {
  it('keeps a row of each connection up to a bound, and says how many have none', () => {
    const record = recordWith(200_010);
    expect(record.connections.accepted).toBe(200_010);
    expect(record.rows.rows).toHaveLength(200_000);
    expect(record.rows.omitted).toBe(10);
    expect(record.faults[0]).toMatchObject({ fault: 'never-upgrade', connections: 100_005, times: 100_005 });
  });

  it('counts a connection once, however often a fault strikes it', () => {
    const ledger = new Ledger(PLAN);
    const account = ledger.accept();
    for (let n = 0; n < 3; n++) ledger.struck(0, account);
    ledger.struck(0, null);
    expect(ledger.faults).toEqual([{ fault: 'never-upgrade', connections: 1, times: 4 }]);
  });

  it('takes the first cause for the cause', () => {
    const ledger = new Ledger(PLAN);
    const account = ledger.accept();
    ledger.upgrade(account, 'refused', 503);
    ledger.upgrade(account, 'answered');
    ledger.end(account, 'broker', 'close', 1011);
    ledger.end(account, 'client', 'gone');
    const { connections, rows } = recordOf(ledger);
    expect(connections).toMatchObject({
      upgrade: { refused: 1 },
      status: { 503: 1 },
      end: { 'broker close 1011': 1 },
    });
    const row = Object.fromEntries(ROW_COLUMNS.map((column, at) => [column, rows.rows[0]?.[at]]));
    expect(row).toMatchObject({ upgrade: 'refused', status: 503, endedBy: 'broker', end: 'close' });
  });
});
