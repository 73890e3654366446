import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { FINDING_KIND_NAMES, type Finding, type FindingAbout } from '../model/findings.js';
import { PHASES, STAGES } from '../model/phases.js';
import { noSuchPhase } from './absence.js';
import { count, counts, figure, latencies, latency, rate } from './define.js';
import type { Family, Read } from './family.js';
import { MESSAGE_FAMILIES } from './message-families.js';
import { ATTEMPTED, failuresOf, isConnection, succeededIn, unconfirmedIn } from './readings.js';
import type { FailureCount, MetricSource } from './source.js';

/**
 * Every metric that a threshold may be about, in the order in which people are shown them. docs/thresholds.md has the same
 * table; a test keeps the two equal.
 */
export const FAMILIES: readonly Family[] = [
  ...connectionFamilies(),
  ...phaseFamilies(),
  ...scheduleFamilies(),
  ...MESSAGE_FAMILIES,
  ...failureFamilies(),
  ...findingFamilies(),
  ...generatorFamilies(),
];

function connectionFamilies(): Family[] {
  return [
    count({
      name: 'connections.planned',
      description: 'connections that the scenario asks for',
      better: 'higher',
      atEndOnly: true,
      read: ({ planned }) => planned,
    }),
    count({
      name: 'connections.attempted',
      description: 'connections that were started',
      better: 'higher',
      read: ({ counts: { started } }) => started,
    }),
    count({
      name: 'connections.complete',
      description: 'connections that went through the whole cycle',
      better: 'higher',
      atEndOnly: true,
      read: ({ counts: { complete } }) => complete,
      of: { name: 'connections.planned', whole: ({ planned }) => planned },
    }),
    count({
      name: 'connections.failed',
      description: 'connections that failed, in whatever phase',
      read: ({ counts: { failed } }) => failed,
      of: ATTEMPTED,
    }),
    count({
      name: 'connections.unfinished',
      description: 'connections that were started, and neither complete nor failed when the run ended',
      atEndOnly: true,
      read: ({ counts: { started, complete, failed } }) => started - complete - failed,
      of: ATTEMPTED,
    }),
    count({
      name: 'connections.peakOpen',
      description: 'the most WebSocket connections that were open at one moment',
      better: 'higher',
      read: ({ peakOpen }) => peakOpen,
      of: { name: 'connections.planned', whole: ({ planned }) => planned },
    }),
    count({
      name: 'connections.droppedWhileHolding',
      description: 'connections that the other side ended while they were held',
      read: ({ counts: { droppedWhileHolding } }) => droppedWhileHolding,
      of: ATTEMPTED,
    }),
    rate({
      name: 'connections.rate',
      description: 'WebSocket connections opened in a second',
      better: 'higher',
      read: ({ counts: { opened } }) => opened,
    }),
  ];
}

function phaseFamilies(): Family[] {
  const attempts = { name: 'attempts at that phase' };
  return [
    counts({
      name: 'phases.<phase>.count',
      description: 'connections that ended this phase well',
      better: 'higher',
      members: PHASES.map((phase) => ({
        name: `phases.${phase}.count`,
        read: (source) => succeededIn(phase, source),
        absentFrom: noSuchPhase(phase),
      })),
    }),
    counts({
      name: 'phases.<phase>.failed',
      description: 'connections that failed in this phase',
      of: attempts,
      members: PHASES.map((phase) => {
        const read = (source: MetricSource): number =>
          failuresOf(source, (row) => row.phase === phase && isConnection(row));
        const whole: Read = (source) => succeededIn(phase, source) + read(source);
        return {
          name: `phases.${phase}.failed`,
          read,
          of: { ...attempts, whole },
          absentFrom: noSuchPhase(phase),
        };
      }),
    }),
    counts({
      name: 'phases.<phase>.unconfirmed',
      description: 'of those, the ones whose SUBSCRIBE or UNSUBSCRIBE the server does not confirm',
      of: { name: 'phases.<phase>.count' },
      members: (['subscribe', 'unsubscribe'] as const).map((phase) => ({
        name: `phases.${phase}.unconfirmed`,
        read: (source) => unconfirmedIn(phase, source),
        of: { name: 'phases.<phase>.count', whole: (source) => succeededIn(phase, source) },
        absentFrom: noSuchPhase(phase),
      })),
    }),
    latencies({
      name: 'phases.<phase>',
      description: 'how long this phase took, of those that ended it well',
      members: PHASES.map((phase) => ({
        name: `phases.${phase}`,
        latency: phase,
        fromSocket: true,
        absentFrom: noSuchPhase(phase),
      })),
    }),
    latencies({
      name: 'phases.<phase>.fromDue',
      description: 'the first phase of a connection, dns or tcp, from when the schedule asked for it',
      members: (['dns', 'tcp'] as const).map((phase) => ({
        name: `phases.${phase}.fromDue`,
        latency: `due.${phase}`,
        fromSocket: true,
        absentFrom: noSuchPhase(phase),
      })),
    }),
  ];
}

function scheduleFamilies(): Family[] {
  return [
    count({
      name: 'schedule.late',
      description: 'connections that were started later than the schedule asked for',
      read: ({ counts: { lateArrivals } }) => lateArrivals,
      of: { name: 'connections.attempted', whole: ({ counts: { started } }) => started },
    }),
    latency({
      name: 'schedule.lag',
      description: 'how much later than due a connection was started',
      latency: 'lag.arrival',
      fromSocket: false,
    }),
  ];
}

function failureFamilies(): Family[] {
  const member = (name: string, which: (row: FailureCount) => boolean) => ({
    name,
    read: (source: MetricSource) => failuresOf(source, which),
    // A publisher can fail for each SEND: only the failures of connections are a share of them.
    of: {
      ...ATTEMPTED,
      part: (source: MetricSource) => failuresOf(source, (row) => isConnection(row) && which(row)),
    },
  });
  // In % these would always be 0, since no connection fails so.
  const ofPublishers = ({ name, read }: ReturnType<typeof member>) => ({ name, read });
  return [
    counts({
      name: 'failures.total',
      description: 'failures of connections and publishers; in %, those of connections',
      of: ATTEMPTED,
      members: [member('failures.total', () => true)],
    }),
    counts({
      name: 'failures.kind(<kind>)',
      description: 'the same, of one kind of docs/failures.md',
      of: ATTEMPTED,
      members: FAILURE_KIND_NAMES.map((kind) => {
        const ofKind = member(`failures.kind(${kind})`, (row) => row.kind === kind);
        return kind === 'publish-timeout' ? ofPublishers(ofKind) : ofKind;
      }),
    }),
    counts({
      name: 'failures.phase(<stage>)',
      description: 'the same, in one phase, while holding or while publishing',
      of: ATTEMPTED,
      members: STAGES.map((stage) => {
        const inStage = member(`failures.phase(${stage})`, ({ phase }) => phase === stage);
        const told = stage === 'publish' ? ofPublishers(inStage) : inStage;
        return { ...told, absentFrom: noSuchPhase(stage) };
      }),
    }),
  ];
}

function findingFamilies(): Family[] {
  const member = (name: string, which: (finding: Finding) => boolean) => ({
    name,
    read: ({ findings }: MetricSource) => findings?.filter(which).length ?? null,
  });
  const about = (whom: FindingAbout, description: string): Family =>
    counts({
      name: `findings.${whom}`,
      description,
      atEndOnly: true,
      members: [member(`findings.${whom}`, (finding) => finding.about === whom)],
    });
  return [
    about('target', 'findings about the target, warnings among them'),
    about('network', 'findings about the network, warnings among them'),
    about('generator', 'findings about stompede and its machine, warnings among them'),
    counts({
      name: 'findings.critical',
      description: 'critical findings, whomever they are about',
      atEndOnly: true,
      members: [member('findings.critical', ({ severity }) => severity === 'critical')],
    }),
    counts({
      name: 'findings.kind(<kind>)',
      description: 'findings of one kind of docs/verdicts.md',
      atEndOnly: true,
      members: FINDING_KIND_NAMES.map((kind) =>
        member(`findings.kind(${kind})`, (finding) => finding.kind === kind),
      ),
    }),
  ];
}

function generatorFamilies(): Family[] {
  return [
    latency({
      name: 'generator.readDelay',
      description: "the instrument's own error: how long what was read can have waited to be read",
      latency: 'read.delay',
      fromSocket: false,
    }),
    figure({
      name: 'generator.cpu',
      description: 'CPU time of the processes that held workers',
      unit: 'us',
      atEndOnly: true,
      read: ({ generator }) => (generator === null ? null : generator.cpuMs * 1000),
    }),
    figure({
      name: 'generator.maxRss',
      description: 'the most memory that those processes had resident, together',
      unit: 'bytes',
      atEndOnly: true,
      read: ({ generator }) => generator?.maxRssBytes ?? null,
    }),
  ];
}
