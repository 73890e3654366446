import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendStepSummary, MAX_SUMMARY_BYTES } from './step-summary.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-summary-'));
  file = path.join(folder, 'summary');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('is added to what the step has said before', () => {
  appendStepSummary(file, '# One\n');
  appendStepSummary(file, '# Two\n');
  expect(readFileSync(file, 'utf8')).toBe('# One\n\n# Two\n');
});

it('fills a summary to the last byte that GitHub shows', () => {
  appendStepSummary(file, `${'x'.repeat(MAX_SUMMARY_BYTES - 1)}\n`);
  expect(statSync(file).size).toBe(MAX_SUMMARY_BYTES);
});

it('is cut after a whole line where it would be too long, and says so', () => {
  const line = `| ${'ä😀'.repeat(40)} |\n`;
  appendStepSummary(file, line.repeat(6000));
  const text = readFileSync(file, 'utf8');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
  expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_SUMMARY_BYTES - 1000);
  const [table = '', note] = text.split('\n\n');
  expect(table.split('\n').every((one) => `${one}\n` === line)).toBe(true);
  expect(note).toMatch(/^_Cut here/);
});

it('counts what others have written to the same file, and leaves a full one alone', () => {
  writeFileSync(file, 'x'.repeat(MAX_SUMMARY_BYTES));
  expect(() => {
    appendStepSummary(file, '# One more\n');
  }).toThrow('it is full');
  expect(statSync(file).size).toBe(MAX_SUMMARY_BYTES);
});
