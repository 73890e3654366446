import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPORT_FILES, REPORT_KINDS } from '../model/plan.js';
import { parseResult } from '../report/parse.js';
import { RENDERERS } from '../report/renderers.js';
import { passingRun } from '../report/testing/sample-result.js';
import { newFolder } from './testing/folder.js';
import { writeReports } from './write-reports.js';

const RESULT = passingRun();

describe('writeReports', () => {
  it('writes the reports that were asked for, and no other', () => {
    const folder = newFolder();
    expect(writeReports(RESULT, ['json'], (name) => path.join(folder, name))).toEqual({
      reports: ['json'],
      problems: [],
    });
    expect(readdirSync(folder)).toEqual(['result.json']);
    expect(parseResult(readFileSync(path.join(folder, 'result.json'), 'utf8'), 'result.json')).toEqual(
      RESULT,
    );
  });

  it('writes every kind that there is', () => {
    const folder = newFolder();
    expect(writeReports(RESULT, REPORT_KINDS, (name) => path.join(folder, name))).toEqual({
      reports: REPORT_KINDS,
      problems: [],
    });
    expect(readdirSync(folder).sort()).toEqual(Object.values(REPORT_FILES).sort());
  });

  it('writes the result before anything else', () => {
    const folder = newFolder();
    const written: string[] = [];
    writeReports(RESULT, REPORT_KINDS, (name) => {
      written.push(name);
      return path.join(folder, name);
    });
    expect(written[0]).toBe('result.json');
  });

  it.each(REPORT_KINDS)('writes the others when the file of %s can’t be written, and says which', (kind) => {
    const folder = newFolder();
    const file = REPORT_FILES[kind];
    mkdirSync(path.join(folder, file));
    const { reports, problems } = writeReports(RESULT, REPORT_KINDS, (name) => path.join(folder, name));
    expect(reports).toEqual(REPORT_KINDS.filter((other) => other !== kind));
    expect(problems).toEqual([expect.stringContaining(`${file} could not be written: EISDIR`)]);
    expect(readdirSync(folder)).toHaveLength(REPORT_KINDS.length);
  });

  it.each(REPORT_KINDS)('leaves no half of %s where its file can’t be written to its end', (kind) => {
    const folder = newFolder();
    const file = path.join(folder, REPORT_FILES[kind]);
    // Its text goes there first: only the whole of it gets the name.
    mkdirSync(`${file}.tmp`);
    const { problems } = writeReports(RESULT, [kind], (name) => path.join(folder, name));
    expect(problems).toEqual([expect.stringContaining('could not be written: EISDIR')]);
    expect(readdirSync(folder)).not.toContain(REPORT_FILES[kind]);
  });

  it.each(REPORT_KINDS)(
    'writes the others when the reporter of %s fails, and leaves no half of it',
    (kind) => {
      const folder = newFolder();
      const broken = () => {
        throw new Error('a fault of its own');
      };
      const renderers = { ...RENDERERS, [kind]: broken };
      const { problems } = writeReports(RESULT, REPORT_KINDS, (name) => path.join(folder, name), renderers);
      expect(problems).toEqual([`${REPORT_FILES[kind]} could not be written: a fault of its own`]);
      const others = REPORT_KINDS.filter((other) => other !== kind).map((other) => REPORT_FILES[other]);
      expect(readdirSync(folder).sort()).toEqual(others.sort());
    },
  );
});
