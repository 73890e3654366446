import type { FailureKind } from '../../model/failures.js';
import type { Stage } from '../../model/phases.js';
import type { FailureRow, LatencySummary, SeriesLatency, SeriesRow } from '../../model/result.js';
import { kindInfo } from '../../model/failures.js';
import { Random } from '../../report/testing/random.js';
import { passingRun } from '../../report/testing/sample-result.js';
import { summaryOf } from '../../report/testing/statistics.js';
import type { Measured } from '../measured.js';

/** What a target turns connects away with. */
export interface Refusal {
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly code: number | null;
  readonly sample: string;
  /** How long after the connect it shows. */
  readonly afterSec: number;
}

export const HANGS: Refusal = {
  phase: 'upgrade',
  kind: 'upgrade-timeout',
  code: null,
  sample: 'nothing within 10000 ms',
  afterSec: 10,
};
export const RESETS: Refusal = {
  phase: 'upgrade',
  kind: 'tcp-reset',
  code: null,
  sample: 'ECONNRESET: read ECONNRESET',
  afterSec: 0,
};
export const REFUSES: Refusal = {
  phase: 'tcp',
  kind: 'tcp-refused',
  code: null,
  sample: 'ECONNREFUSED: connect ECONNREFUSED',
  afterSec: 0,
};

export function answers(status: number): Refusal {
  return {
    phase: 'upgrade',
    kind: 'upgrade-status',
    code: status,
    sample: `HTTP ${status}`,
    afterSec: 0,
  };
}

/** A load and a target, both without anything special unless it is said. Every connection subscribes to one topic. */
export interface Simulated {
  readonly seed?: number;
  readonly connections?: number;
  readonly fromPerSec?: number;
  readonly toPerSec?: number;
  readonly holdSec?: number;
  /** Each is owed to every open connection. */
  readonly messagesPerSec?: number;
  /** How often a client sends something by itself; 0: never. */
  readonly beatsSec?: number;
  readonly latencyUs?: number;
  /** The standard deviation of the latencies' logarithms. */
  readonly spread?: number;
  readonly maxConnections?: number;
  /** Let in at most, within each second of the target's own clock, which is `phase` ahead of ours. */
  readonly connectsPerSec?: number;
  readonly phase?: number;
  /** Turned away by chance. */
  readonly refusedShare?: number;
  readonly refusal?: Refusal;
  /** Of the deliveries, dropped by chance. */
  readonly droppedShare?: number;
  readonly deliveriesPerSec?: number;
  /** Beyond that much waiting, deliveries are dropped. */
  readonly maxWaiting?: number;
  readonly stallAtSec?: number;
  readonly stallForSec?: number;
  readonly diesAtSec?: number;
  readonly diesAtConnections?: number;
  readonly diesAtWaiting?: number;
  /** Of the connections, the ones that end when it dies. */
  readonly lostShare?: number;
  /** From so many connections on each handshake takes that much longer. */
  readonly slowFromConnections?: number;
  readonly slowByUs?: number;
  readonly idleSec?: number;
  readonly oldestSec?: number;
  /** One held connection ends for no reason at that moment. */
  readonly unluckyAtSec?: number;
  readonly unsound?: (sec: number) => boolean;
  readonly stopAtSec?: number;
  /** Seconds in a row of the series. */
  readonly widthSec?: number;
}

/** Everything that is not played. */
const BASE = passingRun();

/** A loop that is too busy to read what has come. */
const UNWELL = { unsoundWorkers: 1, utilization: 1 };

const STEP_SEC = 0.05;
const DRAIN_SEC = 5;

interface Held {
  readonly openedSec: number;
  wroteSec: number;
}

class Row {
  started = 0;
  opened = 0;
  connected = 0;
  complete = 0;
  failed = 0;
  open = 0;
  published = 0;
  expected = 0;
  received = 0;
  readonly failures: Partial<Record<FailureKind, number>> = {};
  readonly openingUs: number[] = [];
  /** [microseconds, how many]. */
  readonly deliveryUs: [number, number][] = [];
}

/** Plays a target in steps of 50 ms, and says of the run what stompede would have measured. */
export function simulated(given: Simulated): Measured {
  const {
    seed = 1,
    connections = 600,
    fromPerSec = 100,
    toPerSec = fromPerSec,
    holdSec = 10,
    messagesPerSec = 2,
    beatsSec = 0,
    latencyUs = 900,
    spread = 0.5,
    refusal = HANGS,
    lostShare = 1,
    widthSec = 1,
  } = given;
  const random = new Random(seed);
  const rows: Row[] = [];
  const rowAt = (sec: number): Row => {
    const i = Math.floor(Math.max(0, sec) / widthSec + 1e-9);
    while (rows.length <= i) rows.push(new Row());
    return rows[i] ?? new Row();
  };
  const failures = new Map<string, { -readonly [K in keyof FailureRow]: FailureRow[K] }>();
  const fail = (sec: number, row: Omit<Refusal, 'afterSec'>): void => {
    const unsound = given.unsound?.(Math.floor(sec)) ?? false;
    const at = rowAt(sec);
    at.failed++;
    at.failures[row.kind] = (at.failures[row.kind] ?? 0) + 1;
    const key = `${row.phase} ${row.kind} ${String(row.code)}`;
    const known = failures.get(key);
    if (known === undefined) {
      const { phase, kind, code, sample } = row;
      const { side } = kindInfo(kind);
      const whileUnsound = unsound ? 1 : 0;
      failures.set(key, { phase, kind, code, sample, side, role: 'connection', count: 1, whileUnsound });
    } else {
      known.count++;
      if (unsound) known.whileUnsound++;
    }
  };

  let held: Held[] = [];
  const waiting: { readonly sec: number; count: number }[] = [];
  let waitingCount = 0;
  /** What was due and has not come, the dropped ones too. */
  let owed = 0;
  const late: { readonly dueSec: number }[] = [];
  let budget = 0;
  let due = 0;
  let started = 0;
  const target = { dead: false };
  let settledSec = 0;
  let holdStartSec: number | null = null;
  let holdEndSec: number | null = null;
  let peakOpen = 0;
  let dropped = 0;
  let windowSec = -1;
  let letIn = 0;
  let attempted = 0;
  const ages: number[] = [];
  const idles: number[] = [];
  let durationSec: number;

  const drop = (sec: number, connection: Held, fact: Omit<Refusal, 'afterSec'>): void => {
    dropped++;
    ages.push((sec - connection.openedSec) * 1e6);
    idles.push((sec - connection.wroteSec) * 1e6);
    fail(sec, fact);
  };
  const close = { phase: 'hold', kind: 'closed-while-holding', code: 1006, sample: 'closed, 1006' } as const;
  const die = (sec: number): void => {
    target.dead = lostShare === 1;
    const left = Math.round(held.length * (1 - lostShare));
    for (const connection of held.slice(left)) drop(sec, connection, close);
    held = held.slice(0, left);
    waiting.length = 0;
    waitingCount = 0;
  };

  for (let step = 0; ; step++) {
    const sec = step * STEP_SEC;
    durationSec = sec;
    const at = rowAt(sec);
    if (given.stopAtSec !== undefined && sec >= given.stopAtSec) break;
    const { stallAtSec = Infinity, stallForSec = 0 } = given;
    const stalls = sec >= stallAtSec && sec < stallAtSec + stallForSec;
    if (sec === given.diesAtSec || Math.abs(sec - (given.diesAtSec ?? -1)) < STEP_SEC / 2) die(sec);

    // Arrivals.
    const lasts = (2 * connections) / (fromPerSec + toPerSec);
    due += (fromPerSec + ((toPerSec - fromPerSec) * Math.min(sec, lasts)) / lasts) * STEP_SEC;
    for (; started < Math.min(connections, Math.floor(due)); started++) {
      at.started++;
      attempted++;
      late.push({ dueSec: sec });
    }
    if (!stalls) {
      for (const { dueSec } of late.splice(0)) {
        const second = Math.floor(sec + (given.phase ?? 0));
        if (second !== windowSec) {
          windowSec = second;
          letIn = 0;
        }
        let turned: Refusal | null = null;
        if (target.dead) turned = REFUSES;
        else if (held.length >= (given.maxConnections ?? Infinity)) turned = refusal;
        else if (letIn >= (given.connectsPerSec ?? Infinity)) turned = refusal;
        else if (random.next() < (given.refusedShare ?? 0)) turned = refusal;
        if (turned !== null) {
          fail(sec + turned.afterSec, turned);
          settledSec = Math.max(settledSec, sec + turned.afterSec);
          continue;
        }
        letIn++;
        at.opened++;
        at.connected++;
        const slowByUs = held.length >= (given.slowFromConnections ?? Infinity) ? (given.slowByUs ?? 0) : 0;
        at.openingUs.push((sec - dueSec) * 1e6 + random.latencyUs(latencyUs, spread) + slowByUs);
        held.push({ openedSec: sec, wroteSec: sec });
        settledSec = Math.max(settledSec, sec);
        if (held.length === given.diesAtConnections) die(sec);
      }
    }

    // Messages: one is sent whenever it is due, and owed to everybody who is there.
    const publishing = holdEndSec === null && !target.dead;
    const sends = publishing
      ? Math.floor((sec + STEP_SEC) * messagesPerSec + 1e-9) - Math.floor(sec * messagesPerSec + 1e-9)
      : 0;
    at.published += sends;
    at.expected += sends * held.length;
    owed += sends * held.length;
    const kept = Math.round(sends * held.length * (1 - (given.droppedShare ?? 0)));
    const room = Math.max(0, (given.maxWaiting ?? Infinity) - waitingCount);
    const taken = Math.min(kept, room);
    if (taken > 0) {
      waiting.push({ sec, count: taken });
      waitingCount += taken;
    }
    if (!stalls) {
      budget = Math.min(
        (given.deliveriesPerSec ?? Infinity) * STEP_SEC + Math.min(budget, 1),
        given.deliveriesPerSec === undefined ? Infinity : 1e9,
      );
      while (budget >= 1) {
        const first = waiting.at(0);
        if (first === undefined) break;
        const out = Math.min(first.count, Math.floor(budget));
        budget -= out;
        first.count -= out;
        waitingCount -= out;
        at.received += out;
        owed -= out;
        for (let part = 0; part < 4; part++) {
          at.deliveryUs.push([(sec - first.sec) * 1e6 + random.latencyUs(latencyUs, spread), out / 4]);
        }
        if (first.count === 0) waiting.shift();
      }
    }
    if (waitingCount >= (given.diesAtWaiting ?? Infinity)) die(sec);

    // Those who are held.
    if (beatsSec > 0) {
      for (const connection of held)
        if (sec - connection.wroteSec >= beatsSec - 1e-9) connection.wroteSec = sec;
    }
    const stays: Held[] = [];
    for (const connection of held) {
      const jitter = 0.02 * random.next();
      const idle = sec - connection.wroteSec >= (given.idleSec ?? Infinity) + jitter;
      const old = sec - connection.openedSec >= (given.oldestSec ?? Infinity) + jitter;
      if (idle || old) drop(sec + jitter, connection, close);
      else stays.push(connection);
    }
    held = stays;
    if (given.unluckyAtSec !== undefined && Math.abs(sec - given.unluckyAtSec) < STEP_SEC / 2) {
      const [unlucky] = held.splice(0, 1);
      if (unlucky !== undefined) drop(sec, unlucky, close);
    }

    // The run's own course.
    if (holdStartSec === null && started >= connections && late.length === 0 && sec >= settledSec) {
      holdStartSec = sec;
    }
    if (
      holdStartSec !== null &&
      holdEndSec === null &&
      (sec >= holdStartSec + holdSec || held.length === 0)
    ) {
      holdEndSec = sec;
    }
    peakOpen = Math.max(peakOpen, held.length);
    const drained = owed === 0 || held.length === 0 || sec >= (holdEndSec ?? sec) + DRAIN_SEC;
    if (holdEndSec !== null && drained) {
      at.complete += held.length;
      held = [];
      at.open = 0;
      break;
    }
    at.open = held.length;
  }

  return measured(given, {
    rows,
    widthSec,
    durationSec,
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
    holdStartSec,
    holdEndSec,
    attempted,
    peakOpen,
    dropped,
    ageUs: summaryOf(ages),
    idleUs: summaryOf(idles),
    connections,
  });
}

interface Played {
  readonly rows: readonly Row[];
  readonly widthSec: number;
  readonly durationSec: number;
  readonly failures: readonly FailureRow[];
  readonly holdStartSec: number | null;
  readonly holdEndSec: number | null;
  readonly attempted: number;
  readonly peakOpen: number;
  readonly dropped: number;
  readonly ageUs: LatencySummary | null;
  readonly idleUs: LatencySummary | null;
  readonly connections: number;
}

function measured(given: Simulated, played: Played): Measured {
  const { rows, failures, holdStartSec, holdEndSec } = played;
  const sum = (figure: (row: Row) => number): number => rows.reduce((all, row) => all + figure(row), 0);
  const received = sum((row) => row.received);
  const expected = sum((row) => row.expected);
  const failed = sum((row) => row.failed);
  const complete = sum((row) => row.complete);
  const { fromPerSec = 100, toPerSec = fromPerSec } = given;
  return {
    ...BASE,
    run: {
      ...BASE.run,
      durationMs: played.durationSec * 1000,
      marksMs: {
        ...(holdStartSec === null ? {} : { holdStart: holdStartSec * 1000 }),
        ...(holdEndSec === null ? {} : { holdEnd: holdEndSec * 1000 }),
        ...(given.stopAtSec === undefined ? {} : { stopAsked: given.stopAtSec * 1000 }),
      },
    },
    plan: {
      ...BASE.plan,
      stomp: { ...BASE.plan.stomp, heartbeat: { sendMs: (given.beatsSec ?? 0) * 1000, receiveMs: 0 } },
      connect: {
        ...BASE.plan.connect,
        connections: played.connections,
        stages: [{ fromPerSec, toPerSec, durationMs: null }],
      },
    },
    connections: {
      planned: played.connections,
      attempted: played.attempted,
      complete,
      failed,
      unfinished: played.attempted - complete - failed,
      peakOpen: played.peakOpen,
      droppedWhileHolding: played.dropped,
      droppedAgeUs: played.ageUs,
      droppedIdleUs: played.idleUs,
    },
    failures,
    deliveries: { ...BASE.deliveries, expected, received, lost: expected - received },
    series: rows.map((row, i) => seriesRow(row, i, given, played)),
  };
}

function seriesRow(row: Row, i: number, given: Simulated, { widthSec }: Played): SeriesRow {
  const [base] = BASE.series;
  if (base === undefined) throw new Error('the sample has no series');
  const opening = latencyOf(row.openingUs.map((us) => [us, 1]));
  const atSec = i * widthSec;
  return {
    ...base,
    atSec,
    widthSec,
    started: row.started,
    opened: row.opened,
    complete: row.complete,
    failed: row.failed,
    open: row.open,
    published: row.published,
    expected: row.expected,
    received: row.received,
    failures: row.failures,
    phases: opening === null ? {} : { upgrade: opening, connect: opening },
    delivery: latencyOf(row.deliveryUs),
    generator: { ...base.generator, ...(given.unsound?.(atSec) === true ? UNWELL : {}) },
  };
}

function latencyOf(samples: readonly (readonly [number, number])[]): SeriesLatency | null {
  const sorted = [...samples].sort(([a], [b]) => a - b);
  const count = sorted.reduce((sum, [, n]) => sum + n, 0);
  if (count === 0) return null;
  const at = (share: number): number => {
    let seen = 0;
    for (const [us, n] of sorted) {
      seen += n;
      if (seen >= share * count) return Math.round(us);
    }
    return Math.round(sorted.at(-1)?.[0] ?? 0);
  };
  return { count: Math.round(count), p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}
