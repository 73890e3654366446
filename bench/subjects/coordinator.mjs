// The coordinator's own process while ten workers, each in a process of its own, open connections, hold them and get
// messages: what it does depends on how much happens in a second, and not on how many are held. Its start and the writing
// of the reports are not in it.
import { Sinks } from '../support/sinks.mjs';
import { stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { shareOfCore, watch } from '../support/watch.mjs';

const WORKERS = 10;
const HOLD_SEC = 15;
const SINKS = 5;

export async function coordinator({ programs, scratch, full }) {
  const connections = full ? 100_000 : 20_000;
  const ratePerSec = 2000;
  const sinks = await Sinks.start(programs.sink, { processes: SINKS + (full ? 2 : 0) });
  const count = sinks.processes.length;
  let pid = 0;
  let watched = null;
  const running = stompede(
    scratch,
    {
      target: sinks.urls,
      workers: WORKERS,
      processes: WORKERS,
      connect: { connections, rate: `${ratePerSec}/s`, subprotocols: ['v12.stomp'] },
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
    },
    {
      onStart: (started) => {
        pid = started;
        watched = watch(pid, 200);
      },
    },
  );
  // What fails in the run is told where it is waited for.
  const opened = await Promise.race([
    sinks.openingOf(connections).catch(() => null),
    running.then(() => null),
  ]);
  await running;
  await watched.stop();
  await sinks.stop();
  if (opened === null) throw new Error('the run was over before all had opened');
  const { firstMs, allMs } = opened;
  // By then deliveries are counted, and nobody leaves yet.
  const holdMs = (HOLD_SEC - 2) * 1000;
  const shares = [
    shareOfCore(watched.samples, pid, firstMs, allMs),
    shareOfCore(watched.samples, pid, allMs, allMs + holdMs),
  ];
  return [
    newRow({
      id: 'coordinator',
      what: `coordinator, ${WORKERS} workers, ${connections.toLocaleString('en')} connections held`,
      unit: '% of a core',
      own: [shares[1] * 100],
      bound: 5,
    }),
    newRow({
      id: 'coordinator.opening',
      what: `· while ${ratePerSec.toLocaleString('en')} a second open`,
      unit: '% of a core',
      own: [shares[0] * 100],
      bound: 5,
    }),
  ];
}
