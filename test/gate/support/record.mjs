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
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    this.#entries = lines.map(entryOf).filter((entry) => entry?.setup === setup);
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

/** The last line of one that was killed may be half a line. */
function entryOf(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
