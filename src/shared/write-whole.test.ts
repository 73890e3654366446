import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newFolder } from '../run/testing/folder.js';
import { writeWhole } from './write-whole.js';

it('writes a file, and over one that is there, and leaves nothing beside it', () => {
  const folder = newFolder();
  const file = path.join(folder, 'a.json');
  for (const text of ['first, and longer', 'second']) {
    writeWhole(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['a.json']);
  }
});

it('leaves what was there where it can’t be written to its end', () => {
  const folder = newFolder();
  const file = path.join(folder, 'a.json');
  writeFileSync(file, 'before');
  // What stands beside it can't be written: neither may it itself be touched.
  mkdirSync(`${file}.tmp`);
  expect(() => {
    writeWhole(file, 'after');
  }).toThrow('EISDIR');
  expect(readFileSync(file, 'utf8')).toBe('before');
});

it('says what stands in its way, and leaves nothing beside it', () => {
  const folder = newFolder();
  mkdirSync(path.join(folder, 'a.json'));
  expect(() => {
    writeWhole(path.join(folder, 'a.json'), 'text');
  }).toThrow('EISDIR');
  expect(readdirSync(folder)).toEqual(['a.json']);
});

it('writes through a link, such as /dev/stdout, instead of taking its place', () => {
  const folder = newFolder();
  const [meant, link] = [path.join(folder, 'meant'), path.join(folder, 'link')];
  symlinkSync(meant, link);
  writeWhole(link, 'text');
  expect(readFileSync(meant, 'utf8')).toBe('text');
  expect(readdirSync(folder).sort()).toEqual(['link', 'meant']);
});
