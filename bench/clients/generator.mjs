// What the Node clients that stompede is compared with have in common: bench/native/floor.c's options, pace and line of
// JSON. They measure nothing but their own CPU time.
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

const OPTIONS = {
  targets: '',
  connections: '1000',
  rate: '0',
  'in-flight': '500',
  destination: '/topic/a',
  'quiet-ms': '0',
  'hold-ms': '0',
  'publish-rate': '0',
  size: '100',
  secure: '0',
};
/** V8 compiles what runs often: a long load has that behind it. */
const WARM_UP_MS = 1500;
const DRAIN_MS = 3000;

const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/**
 * @param newClient returns a client: `open(address, port, onReady)` opens and subscribes one connection and returns what
 * `destroy` takes, `publisher(address, port)` resolves to what sends one message, `messages()` says how many have come
 */
export async function generate(newClient) {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, text]) => [name, { type: 'string', default: text }]),
  );
  const { values } = parseArgs({ options });
  const targets = values.targets.split(',').map((target) => target.split(':'));
  const count = Number(values.connections);
  const publishRate = Number(values['publish-rate']);
  const holdMs = Number(values['hold-ms']);
  const client = newClient({
    destination: values.destination,
    body: 'x'.repeat(Number(values.size)),
    secure: values.secure === '1',
  });

  await sleep(Number(values['quiet-ms']));
  const residentBytesBefore = process.memoryUsage.rss();
  const startMs = performance.now();
  const cpuBefore = cpuUs();
  const opened = await openAll(client, targets, count, Number(values.rate), Number(values['in-flight']));
  const openCpuUs = cpuUs() - cpuBefore;
  const openWallUs = (performance.now() - startMs) * 1000;

  const held =
    publishRate > 0
      ? await publish(client, targets[0], publishRate, holdMs, count)
      : await sleep(holdMs).then(() => ({ sends: 0, messages: 0, holdCpuUs: 0 }));
  const residentBytesHeld = process.memoryUsage.rss();
  const line = {
    connections: count,
    openCpuUs,
    openWallUs,
    residentBytesBefore,
    residentBytesHeld,
    ...held,
  };
  console.log(JSON.stringify(line));
  // Ended by RST: nothing stays in TIME_WAIT for whoever is measured next.
  for (const connection of opened) client.destroy(connection);
  process.exit(0);
}

function openAll(client, targets, count, ratePerSec, maxInFlight) {
  const opened = [];
  return new Promise((resolve) => {
    let ready = 0;
    const startMs = performance.now();
    const onReady = () => {
      ready++;
      if (ready === count) resolve(opened);
      else if (ratePerSec === 0) openDue();
    };
    const openDue = () => {
      const due = ratePerSec === 0 ? count : ((performance.now() - startMs) / 1000) * ratePerSec;
      while (opened.length < Math.min(count, due) && opened.length - ready < maxInFlight) {
        const [address, port] = targets[opened.length % targets.length];
        opened.push(client.open(address, Number(port), onReady));
      }
      if (opened.length < count && ratePerSec > 0) setTimeout(openDue, 1);
    };
    openDue();
  });
}

/** CPU time and messages from the end of the warm-up to when all that was sent has come. */
async function publish(client, [address, port], ratePerSec, holdMs, count) {
  const send = await client.publisher(address, Number(port));
  const startMs = performance.now();
  let sends = 0;
  const sendUntil = async (untilMs) => {
    while (performance.now() < untilMs) {
      for (; ((performance.now() - startMs) / 1000) * ratePerSec > sends; sends++) send();
      await sleep(Math.max(1, Math.min(50, startMs + (sends / ratePerSec) * 1000 - performance.now())));
    }
  };
  await sendUntil(startMs + WARM_UP_MS);
  const cpuBefore = cpuUs();
  const messagesBefore = client.messages();
  await sendUntil(startMs + WARM_UP_MS + holdMs);
  const untilMs = performance.now() + DRAIN_MS;
  while (client.messages() < sends * count && performance.now() < untilMs) await sleep(20);
  if (client.messages() < sends * count) throw new Error('messages are missing');
  return { sends, messages: client.messages() - messagesBefore, holdCpuUs: cpuUs() - cpuBefore };
}
