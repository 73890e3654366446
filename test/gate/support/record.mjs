import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What was compared so far, a line of JSON for each: nothing is lost when it is interrupted, and it goes on from there. */
export class Record {
  #file;
  #setup;
  #entries;

  /** @param setup what entries must have in common to be counted together */
  constructor(file, setup) {
    this.#file = file;
    this.#setup = setup;
    mkdirSync(path.dirname(file), { recursive: true });
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    // One that was killed may have left half a line.
    if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
    this.#entries = text
      .split('\n')
      .map(entryOf)
      .filter((entry) => entry?.setup === setup);
  }

  add(entry) {
    const whole = { setup: this.#setup, ...entry };
    appendFileSync(this.#file, `${JSON.stringify(whole)}\n`);
    this.#entries.push(whole);
  }

  of(kind) {
    return this.#entries.filter((entry) => entry.kind === kind);
  }
}

function entryOf(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
