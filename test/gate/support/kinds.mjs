// What is compared with what. The server is the embedded broker with service times: what it does takes as long as its faults
// say, whatever else this machine is doing.

/**
 * Each of them even between the two, in milliseconds: CONNECTED, every RECEIPT, every MESSAGE. Long, because a change has to
 * stand out of what a machine adds by itself, and two cores with twenty others waiting for them add tens of milliseconds.
 */
const SERVICE_MS = [450, 550];
const SLOWED = 1.2;
const LOST = '1%';

export const PAIRS = 5;
/** What the tables of docs/gate.md are made of. */
export const FULL = 20;

function faultsOf({ slowed = 1, lost = null }, seed) {
  const delay = { uniform: SERVICE_MS.map((ms) => `${Math.round(ms * slowed)}ms`) };
  return {
    seed,
    faults: [
      { fault: 'connected-delay', delay },
      { fault: 'receipt-delay', delay },
      { fault: 'message-delay', delay },
      ...(lost === null ? [] : [{ fault: 'message-drop', ofDeliveries: lost }]),
    ],
  };
}

const AS_IS = {};
const ONE_IN_TWENTY = (comparisons) => Math.floor(comparisons / 20);

export const KINDS = {
  same: {
    title: 'The same against the same',
    about: 'Two processes of the same broker. Whoever calls one of them worse is wrong.',
    current: AS_IS,
    mostWrong: ONE_IN_TWENTY,
    isWrong: ({ worse }) => worse,
    wrong: 'false alarms',
  },
  slower: {
    title: 'A server slowed by 20 %',
    about: `Service times even between ${SERVICE_MS.map((ms) => ms * SLOWED).join(' and ')} ms, and at the baseline between ${SERVICE_MS.join(' and ')} ms.`,
    current: { slowed: SLOWED },
    mostWrong: ONE_IN_TWENTY,
    isWrong: ({ worse }) => !worse,
    wrong: 'missed',
  },
  lost: {
    title: '1 % of messages lost',
    about: `The same service times; of ${LOST} of the deliveries nothing is ever seen.`,
    current: { lost: LOST },
    mostWrong: () => 0,
    isWrong: ({ worse }) => !worse,
    wrong: 'missed',
  },
};

/** The faults of both servers. No two have the same draws: the same would differ by less than two servers do. */
export function serversOf(kind, number) {
  const seed = Object.keys(KINDS).indexOf(kind) * 100_000 + number * 2;
  return { baseline: faultsOf(AS_IS, seed), current: faultsOf(KINDS[kind].current, seed + 1) };
}

/**
 * Some six seconds, most of which are service time or waiting for a schedule: two cores hold it beside others. A p99 takes
 * 300 connections.
 */
export function scenarioFor(url) {
  return {
    name: 'gate-proof',
    target: url,
    connect: { connections: 300, rate: '600/s' },
    // Some eight thousand deliveries a run. Of two thousand 1 % is twenty, give or take five: five pairs can't always tell that.
    subscribe: [{ destination: '/topic/news.{{ index % 5 }}' }],
    publish: [{ destination: '/topic/news.{{ seq % 5 }}', rate: '100/s' }],
    hold: '1s',
    disconnect: { rate: 'unlimited' },
    timeouts: { drain: '3s' },
    report: ['json'],
    // What is lost is for the comparison to tell, and not for a threshold.
    thresholds: ['deliveries.lost < 5%'],
  };
}
