import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The lean server in C (bench/native/README.md), in one or several processes. */
export class Sinks {
  #child;
  #waiting = null;
  #rest = '';
  #counts = [];

  /** By process, each as address:port. */
  processes = [];

  static async start(program, options = {}) {
    const sinks = new Sinks();
    await sinks.#start(program, options);
    return sinks;
  }

  /** Starts them for as long as `work(sinks)` takes, and returns what it returns. */
  static async during(program, options, work) {
    const sinks = await Sinks.start(program, options);
    try {
      return await work(sinks);
    } finally {
      await sinks.stop();
    }
  }

  #start(program, options) {
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('exit', () => reject(new Error('the sink could not start')));
      this.#child.stdout.on('data', (bytes) => {
        const lines = (this.#rest + bytes).split('\n');
        this.#rest = lines.pop();
        for (const line of lines) this.#heard(JSON.parse(line), resolve);
      });
    });
  }

  #heard(said, resolve) {
    if (said.processes !== undefined) {
      this.processes = said.processes;
      resolve();
      return;
    }
    this.#counts.push(said);
    if (this.#counts.length === this.processes.length) this.#waiting?.(this.#counts);
  }

  get targets() {
    return this.processes.flat();
  }

  get urls() {
    return this.targets.map((target) => `ws://${target}/ws`);
  }

  /** What all its processes have counted so far, added up. */
  async counts() {
    this.#counts = [];
    const all = new Promise((resolve) => (this.#waiting = resolve));
    this.#child.kill('SIGUSR1');
    const each = await all;
    const sum = {};
    for (const counts of each) {
      for (const [name, value] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + value;
    }
    return sum;
  }

  /** Monotonic milliseconds at which the first of its connections had come, and at which `count` had subscribed. */
  async openingOf(count, limitMs = 120_000) {
    const limit = performance.now() + limitMs;
    let firstMs = null;
    while (performance.now() < limit) {
      const { accepted, subscribed } = await this.counts();
      if (firstMs === null && accepted > 0) firstMs = performance.now();
      if (subscribed >= count) return { firstMs, allMs: performance.now() };
      await sleep(5);
    }
    throw new Error(`${count} connections did not come within ${limitMs / 1000} s`);
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.kill('SIGTERM');
    await gone;
  }
}
