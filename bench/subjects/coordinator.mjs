// The coordinator's own process while ten workers, each in a process of its own, open connections, hold them and get
// messages: what it does depends on how much happens in a second, and not on how many are held. Its start and the writing
// of the reports are not in it.
import { Sinks } from '../support/sinks.mjs';
import { stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { shareOfCore, watch } from '../support/watch.mjs';

const WORKERS = 10;
const HOLD_SEC = 12;
const RATE_PER_SEC = 2000;

export async function coordinator({ programs, scratch, full }) {
  const connections = full ? 100_000 : 20_000;
  const shares = await Sinks.during(programs.sink, { processes: full ? 7 : 5 }, (sinks) =>
    sharesDuring(sinks, scratch, connections),
  );
  const row = (id, what, share) => newRow({ id, what, unit: '% of a core', own: [share * 100], bound: 5 });
  return [
    row(
      `coordinator.${connections}`,
      `coordinator, ${WORKERS} workers, ${connections.toLocaleString('en')} held`,
      shares.held,
    ),
    row(
      `coordinator.${connections}.opening`,
      `· while ${RATE_PER_SEC.toLocaleString('en')} a second open`,
      shares.opening,
    ),
  ];
}

async function sharesDuring(sinks, scratch, connections) {
  let pid = 0;
  let watched = null;
  const running = stompede(scratch, scenarioFor(sinks, connections), {
    onStart: (started) => {
      pid = started;
      watched = watch(pid, 200);
    },
  });
  try {
    const [{ firstMs, allMs }] = await Promise.all([sinks.openingOf(connections), running]);
    // By then nobody leaves yet.
    const untilMs = allMs + (HOLD_SEC - 2) * 1000;
    return {
      opening: shareOfCore(watched.samples, pid, firstMs, allMs),
      held: shareOfCore(watched.samples, pid, allMs, untilMs),
    };
  } finally {
    await watched?.stop();
  }
}

function scenarioFor(sinks, connections) {
  const count = sinks.processes.length;
  return {
    target: sinks.urls,
    workers: WORKERS,
    processes: WORKERS,
    connect: { connections, rate: `${RATE_PER_SEC}/s`, subprotocols: ['v12.stomp'] },
    // Each sink has a topic and a publisher of its own; everyone gets a message every two seconds.
    subscribe: [{ destination: `/topic/{{ index % ${count} }}` }],
    publish: [
      {
        destination: `/topic/{{ publisher % ${count} }}`,
        publishers: count,
        rate: `${count / 2}/s`,
        size: '100B',
      },
    ],
    hold: `${HOLD_SEC}s`,
  };
}
