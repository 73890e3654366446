/** Whom a finding is about. `generator` is this machine and stompede itself. */
export type FindingAbout = 'generator' | 'target' | 'network';

/**
 * critical: about the generator, its figures can't be used; about the target, it did not hold. warning: read the
 * figures with this in mind.
 */
export type Severity = 'warning' | 'critical';

interface FindingInfo {
  readonly about: FindingAbout;
  /** What was found, as a short clause. */
  readonly title: string;
  /** The first thing to do about it, one sentence. */
  readonly advice: string;
}

/** The closed list of findings. docs/verdicts.md has a section for each; a test keeps the two equal. */
export const FINDING_KINDS = {
  'loop-blocked': {
    about: 'generator',
    title: 'the event loop of a worker was blocked',
    advice: 'Give stompede more workers or fewer connections, and let nothing else run in its process.',
  },
  'cpu-starved': {
    about: 'generator',
    title: 'workers waited for a CPU',
    advice: 'Something else uses the CPUs of this machine: stop it, or run stompede on a machine of its own.',
  },
  'cpu-saturated': {
    about: 'generator',
    title: 'workers used all the CPU they could get',
    advice: 'Use more workers on more cores, or ask for less.',
  },
  'process-paused': {
    about: 'generator',
    title: 'a process of the generator stood still',
    advice: 'It was stopped (SIGSTOP, a suspended machine, a debugger): run again without that.',
  },
  'gc-pauses': {
    about: 'generator',
    title: 'garbage collection held a worker up',
    advice: 'Give the workers more memory (--max-old-space-size), or fewer connections each.',
  },
  'memory-limit': {
    about: 'generator',
    title: 'the generator came near a limit of its memory',
    advice: 'Raise the heap or container limit, or use more processes.',
  },
  'open-files': {
    about: 'generator',
    title: 'the generator ran out of open files',
    advice: 'Raise ulimit -n, or let stompede use more processes.',
  },
  'local-ports': {
    about: 'generator',
    title: 'the generator ran out of local ports',
    advice:
      'One source address has as many connections to one target address as ip_local_port_range has ports: widen it, or add connect.localAddresses or targets.',
  },
  'schedule-lag': {
    about: 'generator',
    title: 'the generator could not keep to its schedule',
    advice: 'Ask for less, or use more workers: the load was not the one that was asked for.',
  },
  'worker-lost': {
    about: 'generator',
    title: 'a worker of the generator died',
    advice: 'Look for an out-of-memory kill, and lower the connections of each worker.',
  },
  'socket-memory': {
    about: 'generator',
    title: 'this machine came near its limit of socket memory',
    advice: 'Raise net.ipv4.tcp_mem, or lower connect.connections.',
  },
  retransmits: {
    about: 'network',
    title: 'TCP segments had to be sent again',
    advice: 'Packets are lost on the way: look at the links, and at the queues between the two machines.',
  },
  'connection-limit': {
    about: 'target',
    title: 'it takes no more connections than that',
    advice:
      'Look at max connections, open files and workers there: of the server, and of the proxy in front.',
  },
  'connect-rate-limit': {
    about: 'target',
    title: 'it takes no more connects a second than that',
    advice: 'A load balancer or an accept queue limits the rate: connect more slowly, or raise it there.',
  },
  'login-refused': {
    about: 'target',
    title: 'it refused the login',
    advice: 'Check login, passcode and virtual host.',
  },
  'all-lost': {
    about: 'target',
    title: 'it lost all its connections at once',
    advice: 'It crashed, was restarted, or the path to it broke: look in its log at this moment.',
  },
  'idle-timeout': {
    about: 'target',
    title: 'it closes connections at a constant age',
    advice:
      'An idle timeout of the server or of a proxy: send heart-beats more often than that, or raise it there.',
  },
  'delivery-backlog': {
    about: 'target',
    title: 'messages came in faster than it delivers them',
    advice: 'Inflow is above its throughput: fewer subscribers a message, fewer messages, or more of it.',
  },
  stalled: {
    about: 'target',
    title: 'it stood still for a while',
    advice: 'Look for a garbage collection, a lock or a full disk there at this moment.',
  },
  overloaded: {
    about: 'target',
    title: 'it refused frames because its own queues were full',
    advice: 'Its inbound executor or queue is bounded and was full: look at its threads and their queue.',
  },
  'message-too-big': {
    about: 'target',
    title: 'it refused a message for its size',
    advice: 'Raise its message or buffer limit, or send smaller messages.',
  },
  'deliveries-lost': {
    about: 'target',
    title: 'deliveries were lost',
    advice: 'Look at bounded queues and at slow consumers there.',
  },
  'deliveries-misrouted': {
    about: 'target',
    title: 'messages came to subscriptions that they were not for',
    advice: 'Subscribers saw what was not theirs: look at how it matches destinations.',
  },
  'deliveries-duplicated': {
    about: 'target',
    title: 'messages came more than once',
    advice: 'Look for redelivery, and for subscriptions that were made twice.',
  },
  'deliveries-reordered': {
    about: 'target',
    title: 'messages came out of their order, which the scenario asks for',
    advice: 'On Spring set preservePublishOrder and preserveReceiveOrder.',
  },
  'killed-by-connections': {
    about: 'target',
    title: 'the connections killed it',
    advice:
      'It broke while connections grew and messages flowed well: look at memory and files a connection.',
  },
  'killed-by-messages': {
    about: 'target',
    title: 'the messages killed it',
    advice: 'It broke behind a backlog of messages, not while connections grew: look at its throughput.',
  },
  'killed-by-unknown': {
    about: 'target',
    title: "what killed it can't be told",
    advice: 'Run again with one of the two held constant: connections, or messages.',
  },
} as const satisfies Record<string, FindingInfo>;

export type FindingKind = keyof typeof FINDING_KINDS;

export const FINDING_KIND_NAMES = Object.keys(FINDING_KINDS) as readonly FindingKind[];

export function findingInfo(kind: FindingKind): FindingInfo {
  return FINDING_KINDS[kind];
}

/** Something that the run showed about one side, with what it is concluded from. */
export interface Finding {
  readonly about: FindingAbout;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** When it began, milliseconds from the start of the run. */
  readonly atMs: number;
  readonly evidence: Evidence;
  readonly advice: string;
}

export interface Evidence {
  /** One or two sentences with figures. May quote the target: escape it. */
  readonly text: string;
  /** The figures themselves, each with its unit in its name. */
  readonly values: Readonly<Record<string, number>>;
}

/** sound: its figures count. doubtful: read the findings first. invalid: they can't be used. */
export type GeneratorVerdict = 'sound' | 'doubtful' | 'invalid';

/** The worst that was found about the generator itself. */
export function generatorVerdict(findings: readonly Finding[]): GeneratorVerdict {
  const own = findings.filter(({ about }) => about === 'generator');
  if (own.some(({ severity }) => severity === 'critical')) return 'invalid';
  return own.length > 0 ? 'doubtful' : 'sound';
}
