import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StompedeError } from '../shared/errors.js';
import { IntervalLog, type IntervalLine } from './interval-log.js';
import { readIntervals } from './interval-reader.js';
import { newFolder } from './testing/folder.js';
import { HEADER, sampleSnapshots } from './testing/intervals.js';

const SAMPLE: readonly IntervalLine[] = [
  { type: 'mark', mark: 'start', atUs: 123.25 },
  ...sampleSnapshots().map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot })),
  { type: 'left', worker: 0, reason: null },
  { type: 'left', worker: 1, reason: 'out of memory' },
];

async function written(lines: readonly IntervalLine[] = SAMPLE): Promise<string> {
  const file = path.join(newFolder(), 'intervals.ndjson');
  const log = new IntervalLog(file);
  log.write({ type: 'header', header: HEADER });
  for (const line of lines) log.write(line);
  await log.close();
  expect(log.problem).toBeNull();
  return file;
}

function codeOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return error instanceof StompedeError ? error.code : String(error);
  }
}

describe('IntervalLog and readIntervals', () => {
  it('read back what was written, in its order', async () => {
    const { header, lines } = readIntervals(await written());
    expect(header).toEqual(HEADER);
    expect([...lines]).toEqual(SAMPLE);
  });

  it('read lines that are longer than what is read at once, and many of them', async () => {
    const long: IntervalLine = { type: 'left', worker: 1, reason: 'ü'.repeat(1_500_000) };
    const many = Array.from({ length: 20_000 }, (_, n): IntervalLine => ({
      type: 'left',
      worker: n,
      reason: null,
    }));
    const { lines } = readIntervals(await written([long, ...many, long]));
    expect([...lines]).toEqual([long, ...many, long]);
  });

  it('read up to a last line that was not written to its end, wherever it was cut', async () => {
    const file = await written();
    const lastBytes = Buffer.byteLength(readFileSync(file, 'utf8').split('\n').at(-2)!) + 1;
    const whole = readFileSync(file).length;
    for (const cutBytes of [2, 10, lastBytes - 1]) {
      truncateSync(file, whole - cutBytes);
      expect([...readIntervals(file).lines]).toEqual(SAMPLE.slice(0, -1));
    }
  });

  it('read nothing after a line that is damaged', async () => {
    const file = await written(SAMPLE.slice(0, 2));
    appendFileSync(file, '{"type":"snapshot","snapshot":{}}\n{"type":"left","worker":0,"reason":null}\n');
    expect([...readIntervals(file).lines]).toEqual(SAMPLE.slice(0, 2));
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'intervals\n'],
    ['no header first', '{"type":"mark","mark":"start","atUs":1}\n'],
    ['a header with nothing in it', '{"type":"header"}\n'],
    ['a header that is null', '{"type":"header","header":null}\n'],
    ['the header of another version', '{"type":"header","header":{"schema":"stompede.intervals/2"}}\n'],
    ['only the half of a header', '{"type":"header","header":{"schema":"stompede.inter'],
    ['null', 'null\n'],
  ])('refuse a file with %s in it', (_, text) => {
    const file = path.join(newFolder(), 'intervals.ndjson');
    writeFileSync(file, text);
    expect(codeOf(() => readIntervals(file))).toBe('result-unreadable');
  });

  it('refuse a file that is not there, or no file', () => {
    const folder = newFolder();
    expect(codeOf(() => readIntervals(path.join(folder, 'intervals.ndjson')))).toBe('result-unreadable');
    expect(codeOf(() => readIntervals(folder))).toBe('result-unreadable');
  });
});

describe('IntervalLog', () => {
  it('never throws where it can’t write, and says why', async () => {
    const log = new IntervalLog(path.join(newFolder(), 'missing', 'intervals.ndjson'));
    log.write({ type: 'header', header: HEADER });
    await log.close();
    log.write({ type: 'left', worker: 0, reason: null });
    await log.close();
    expect(log.problem).toBe('ENOENT');
  });

  it.runIf(existsSync('/dev/full'))('never throws when the disk is full, and says so', async () => {
    const log = new IntervalLog('/dev/full');
    log.write({ type: 'header', header: HEADER });
    await log.close();
    log.write({ type: 'left', worker: 0, reason: null });
    expect(log.problem).toBe('ENOSPC');
  });

  it('gives up, and says so, when the disk takes less than is measured', async () => {
    const file = path.join(newFolder(), 'intervals.ndjson');
    const log = new IntervalLog(file);
    const megabytes: IntervalLine = { type: 'left', worker: 0, reason: 'x'.repeat(8e6) };
    // Nothing is written before this turn of the event loop is over.
    for (let n = 0; n < 20; n++) log.write(megabytes);
    expect(log.problem).toBe('the disk did not keep up');
    await log.close();
    expect(readFileSync(file).length).toBeLessThan(100e6);
  });
});
