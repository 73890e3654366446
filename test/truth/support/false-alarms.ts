/** Of twenty runs: what another program does for a moment is not always seen. */
const MOST = 3;
const OF_RUNS = 20;

/**
 * Runs in which nothing was done to the generator and it said all the same that it was not well. A run that others
 * disturbed, by a look at the machine that is not stompede's own, says nothing.
 */
export class FalseAlarms {
  #runs = 0;
  #alarms = 0;

  /** @param disturbed whether the machine was busy with others just before the run, or just after it */
  add({ sound, disturbed }: { readonly sound: boolean; readonly disturbed: boolean }): void {
    if (!sound && disturbed) return;
    this.#runs++;
    if (!sound) this.#alarms++;
  }

  /** In however few runs that many are allowed: the first of a file can be the unlucky ones. */
  get tooMany(): boolean {
    return this.#alarms > Math.max(MOST, (this.#runs * MOST) / OF_RUNS);
  }

  get told(): string {
    return `${this.#alarms} false alarms in ${this.#runs} undisturbed runs`;
  }
}
