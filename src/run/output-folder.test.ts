import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StompedeError } from '../shared/errors.js';
import { createOutputFolder } from './output-folder.js';
import { newFolder } from './testing/folder.js';

const AT = new Date('2026-03-01T12:34:56.789Z');

describe('createOutputFolder', () => {
  it('makes a folder named after the run and its time, below one that need not be there', () => {
    const out = path.join(newFolder(), 'deep', 'reports');
    const folder = createOutputFolder(out, 'live-comments', AT);
    expect(folder.path).toBe(path.join(out, 'live-comments-20260301T123456Z'));
    expect(lstatSync(folder.path).isDirectory()).toBe(true);
    expect(folder.file('result.json')).toBe(path.join(folder.path, 'result.json'));
  });

  it.each([
    ['my run', 'my-run'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d\0e\nf', 'a-b-c-d-e-f'],
    ['.hidden.', 'hidden'],
    ['..', 'run'],
    ['', 'run'],
    ['чат', 'run'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('makes a safe file name of %j', (name, safe) => {
    const out = newFolder();
    expect(createOutputFolder(out, name, AT).path).toBe(path.join(out, `${safe}-20260301T123456Z`));
  });

  it('never uses a folder twice', () => {
    const out = newFolder();
    const names = [1, 2, 3].map(() => path.basename(createOutputFolder(out, 'a', AT).path));
    expect(names).toEqual(['a-20260301T123456Z', 'a-20260301T123456Z-2', 'a-20260301T123456Z-3']);
  });

  it('lets `latest` point to the last run', () => {
    const out = newFolder();
    createOutputFolder(out, 'first', AT);
    const folder = createOutputFolder(out, 'second', AT);
    writeFileSync(folder.file('result.json'), 'of the second');
    expect(readFileSync(path.join(out, 'latest', 'result.json'), 'utf8')).toBe('of the second');
    expect(readlinkSync(path.join(out, 'latest'))).toBe(path.basename(folder.path));
    expect(existsSync(path.join(out, 'first-20260301T123456Z'))).toBe(true);
  });

  it('leaves alone a folder of the user’s that is called latest, and says the name in a file', () => {
    const out = newFolder();
    mkdirSync(path.join(out, 'latest'));
    writeFileSync(path.join(out, 'latest', 'mine.txt'), 'precious');
    const folder = createOutputFolder(out, 'a', AT);
    expect(readFileSync(path.join(out, 'latest', 'mine.txt'), 'utf8')).toBe('precious');
    expect(readFileSync(path.join(out, 'latest.txt'), 'utf8')).toBe(`${path.basename(folder.path)}\n`);
  });

  it('leaves alone a file of the user’s that is called latest', () => {
    const out = newFolder();
    writeFileSync(path.join(out, 'latest'), 'precious');
    createOutputFolder(out, 'a', AT);
    expect(readFileSync(path.join(out, 'latest'), 'utf8')).toBe('precious');
  });

  it('refuses a place where no folder can be made, as a mistake of usage', () => {
    const file = path.join(newFolder(), 'a-file');
    writeFileSync(file, '');
    for (const out of [file, path.join(file, 'below')]) {
      let refused: unknown;
      try {
        createOutputFolder(out, 'a', AT);
      } catch (error) {
        refused = error;
      }
      expect(refused).toBeInstanceOf(StompedeError);
      expect(refused).toMatchObject({ code: 'output-unwritable', exitCode: 2 });
    }
  });
});
