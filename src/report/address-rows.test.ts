import { describe, expect, it } from 'vitest';
import type { AddressRow, RunResult } from '../model/result.js';
import { addressRemark } from './address-rows.js';
import { passingRun } from './testing/sample-result.js';

function resultWith(...targets: AddressRow[]): RunResult {
  const run = passingRun();
  const connections = { ...run.connections, attempted: 10, complete: 6, failed: 4 };
  return { ...run, connections, addresses: { targets, sources: [], portsTaken: 0 } };
}

const row = (attempted: number, complete: number, failed: number): AddressRow => ({
  address: '192.0.2.1:80',
  attempted,
  opened: complete,
  complete,
  failed,
});

describe('a table of target addresses', () => {
  it('has nothing to explain where each connection is in one row', () => {
    expect(addressRemark(resultWith(row(5, 5, 0), row(5, 1, 4)))).toBeNull();
  });

  it.each([
    ['some tried several addresses', [row(5, 0, 5), row(10, 6, 4)]],
    ['this machine failed by itself', [row(10, 6, 2)]],
    ['a worker was lost', [row(8, 6, 2)]],
  ])('says that it does not add up where %s', (_, targets) => {
    expect(addressRemark(resultWith(...targets))).toContain('do not add up to all connections');
  });
});
