import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultRule, FaultsPlan } from '../model/faults.js';
import { FAULT_FORMS, FAULT_NAMES } from './fault-forms.js';
import { FAULT_PROFILE_NAMES, FAULT_PROFILES } from './fault-profiles.js';
import { loadFaults } from './faults-file.js';
import { loadText, problemsOf } from './testing/load-text.js';

function load(text: string, variables: Readonly<Record<string, string>> = {}): FaultsPlan {
  return loadFaults('faults.yaml', {
    cwd: '/home/me',
    variables,
    readFile: (file) => {
      if (file !== '/home/me/faults.yaml') throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

/** The rule that one fault comes to. */
function ruleOf(written: string): FaultRule | undefined {
  return load(`faults: [{ ${written} }]`).rules[0];
}

const ALWAYS = { share: 1, skip: 0, fromMs: 0, untilMs: null };

describe('a file of faults', () => {
  it('comes to a plan, with whom and when each rule concerns', () => {
    const text = `
seed: 42
faults:
  - { fault: never-upgrade, share: 10%, skip: 2 }
  - { fault: upgrade-status, status: 503, share: 0.5%, from: 2s, until: 1m30s }
`;
    expect(load(text)).toEqual({
      seed: 42,
      rules: [
        { fault: 'never-upgrade', share: 0.1, skip: 2, fromMs: 0, untilMs: null },
        { fault: 'upgrade-status', status: 503, share: 0.005, skip: 0, fromMs: 2000, untilMs: 90_000 },
      ],
    });
  });

  it('takes variables of the environment', () => {
    expect(load('faults: [{ fault: close, after: "${AFTER:-5s}" }]', { AFTER: '7s' }).rules).toMatchObject([
      { afterMs: 7000 },
    ]);
  });

  it.each(FAULT_PROFILE_NAMES)('has the rules of profile %s before its own', (profile) => {
    const { rules, seed } = load(`profile: ${profile}\nfaults: [{ fault: connected-never }]`);
    expect(seed).toBe(1);
    expect(rules).toEqual([...FAULT_PROFILES[profile], { ...ALWAYS, fault: 'connected-never' }]);
  });

  it('may have nothing but a profile', () => {
    expect(load('profile: spring').rules).toEqual(FAULT_PROFILES.spring);
  });
});

describe('one fault', () => {
  it.each<[string, object]>([
    ['fault: refuse, from: 1s, until: 2s', { fault: 'refuse', fromMs: 1000, untilMs: 2000 }],
    ['fault: refuse', { fault: 'refuse' }],
    ['fault: upgrade-delay, delay: 20ms', { delay: { distribution: 'constant', ms: 20 } }],
    ['fault: subprotocol, answer: wrong', { answer: 'wrong' }],
    ['fault: connection-limit, connections: 5', { connections: 5, then: 'hang' }],
    ['fault: connect-rate-limit, rate: 30/min, then: status-429', { perSec: 0.5, then: 'status-429' }],
    ['fault: connect-error', { message: 'Access refused', close: true }],
    ['fault: connect-error, message: no, close: false', { message: 'no', close: false }],
    ['fault: receipt-never', { frames: ['SUBSCRIBE', 'UNSUBSCRIBE', 'SEND', 'DISCONNECT'] }],
    ['fault: receipt-delay, frames: [SEND], delay: 1s', { frames: ['SEND'] }],
    ['fault: disconnect-closes', { code: 1000, reason: 'STOMP died' }],
    ['fault: disconnect-errors', { message: 'Session closed.', code: 1002 }],
    ['fault: heartbeat, send: 0, receive: 10s', { sendMs: 0, receiveMs: 10_000 }],
    ['fault: message-delay, delay: 5ms', { ofDeliveries: 1 }],
    ['fault: message-drop, ofDeliveries: 1%', { ofDeliveries: 0.01 }],
    ['fault: message-corrupt, ofDeliveries: 1%', { what: 'body' }],
    ['fault: message-oversize, size: 1MB, ofDeliveries: 1%', { bytes: 1_048_576 }],
    ['fault: stall, for: 2s, from: 3s', { forMs: 2000, fromMs: 3000 }],
    ['fault: die, messages: 10', { connections: null, messages: 10 }],
    ['fault: close, after: 5s, code: 4001, reason: bye', { afterMs: 5000, code: 4001, reason: 'bye' }],
    ['fault: slow-drain, rate: 100/s', { deliveriesPerSec: 100, maxWaiting: null, then: 'drop' }],
    ['fault: keep, what: memory, size: 4KB', { what: 'memory', bytes: 4096 }],
  ])('%s', (written, rule) => {
    expect(ruleOf(written)).toMatchObject(rule);
  });

  it.each(FAULT_NAMES)('%s says what is missing, or is a rule by itself', (name) => {
    const text = `faults: [{ fault: ${name} }]`;
    try {
      expect(load(text).rules).toMatchObject([{ ...ALWAYS, fault: name }]);
    } catch {
      expect(problemsOf(() => load(text))).toMatch(/is missing here|this never dies/);
    }
  });
});

describe('a delay', () => {
  it.each<[string, object]>([
    ['20ms', { distribution: 'constant', ms: 20 }],
    ['{ uniform: [5ms, 20ms] }', { distribution: 'uniform', minMs: 5, maxMs: 20 }],
    ['{ exponential: 10ms }', { distribution: 'exponential', meanMs: 10, maxMs: 200 }],
    ['{ exponential: 10ms, max: 1s }', { distribution: 'exponential', meanMs: 10, maxMs: 1000 }],
    [
      '{ steps: { 5ms: 50%, 20ms: 49.9%, 1s: 0.1% } }',
      {
        distribution: 'steps',
        steps: [
          { ms: 5, share: 0.5 },
          { ms: 20, share: 0.499 },
          { ms: 1000, share: 0.001 },
        ],
      },
    ],
  ])('%s', (written, delay) => {
    expect(ruleOf(`fault: connected-delay, delay: ${written}`)).toMatchObject({ delay });
  });

  it.each([
    ['soon', 'this is no duration'],
    ['2h', 'write at most 1h'],
    ['[1ms]', 'a delay is not a list'],
    ['{}', 'write 20ms, {'],
    ['{ unifrom: [1ms, 2ms] }', 'did you mean uniform?'],
    ['{ uniform: 5ms }', 'write [5ms, 20ms]'],
    ['{ uniform: [5ms, 2ms] }', 'ends before it begins'],
    ['{ uniform: [5ms, 9ms], max: 1s }', '"max" does not belong'],
    ['{ steps: { 5ms: 50% } }', 'these add up to 50%'],
    ['{ steps: { 5ms: 1 } }', 'no percentage'],
    ['{ steps: { five: 100% } }', 'this is no duration'],
  ])('%s is a problem', (written, said) => {
    expect(problemsOf(() => ruleOf(`fault: connected-delay, delay: ${written}`))).toContain(said);
  });
});

describe('what is wrong', () => {
  it('is told all at once, each with its place', () => {
    const text = `seed: -4
profil: spring
profile: sprin
faults:
  - { fault: never-upgrde }
  - { fault: upgrade-status, status: 99, share: 5 }
  - { fault: close, after: 1s, code: 1005 }
  - 5
`;
    expect(`${problemsOf(() => load(text))}\n`).toBe(`\
faults.yaml:1:7: seed: found "-4": this is no whole number from 0 to 4,294,967,295
    write a whole number from 0 to 4,294,967,295
faults.yaml:2:1: found "profil": there is no such key
    did you mean profile?
faults.yaml:3:10: profile: found "sprin": this is none of spring, rabbitmq, tomcat-full
    did you mean spring?
faults.yaml:5:14: faults[0].fault: found "never-upgrde": there is no such fault
    did you mean never-upgrade?
faults.yaml:6:38: faults[1].status: found "99": this is no whole number from 300 to 599
    write a whole number from 300 to 599
faults.yaml:6:49: faults[1].share: found "5": this is no percentage from 0% to 100%
    write e.g. 5%
faults.yaml:7:38: faults[2].code: found "1005": nobody may send this close code
    write 1000 to 1003, 1007 to 1014, or 3000 to 4999
faults.yaml:8:5: faults[3]: found "5": this names no fault
    write { fault: … }; write one of ${FAULT_NAMES.join(', ')}
`);
  });

  it.each([
    ['', 'the smallest is "profile: spring"'],
    ['- 1', 'faults are a map, not a list'],
    ['faults: { fault: refuse }', 'this is a map, and not a list'],
    ['faults: [{ fault: refuse, share: 10% }]', 'the keys here are fault, from, until'],
    ['faults: [{ fault: stall, for: 2s, skip: 3 }]', 'there is no such key'],
    ['faults: [{ fault: refuse, until: 2s }]', 'this would never let one in'],
    ['faults: [{ fault: close, after: 1s, from: 2s, until: 2s }]', 'ends before it begins'],
    ['faults: [{ fault: close, aftr: 1s }]', 'did you mean after?'],
    ['faults: [{ fault: die }]', 'this never dies'],
    ['faults: [{ fault: close, after: "${NEVER_SET}" }]', 'the environment has no variable NEVER_SET'],
    [`faults: [{ fault: close, after: 1s, reason: ${'é'.repeat(62)} }]`, 'at most 123 bytes'],
    ['faults: [{ fault: connect-error, message: "a\\nb" }]', 'a line break or NUL'],
    [`faults: [${'{ fault: refuse },'.repeat(101)}]`, 'more than 100 faults'],
  ])('%s', (text, said) => {
    expect(problemsOf(() => load(text))).toContain(said);
  });

  it('a file that is not there', () => {
    const missing = (): never => {
      throw Object.assign(new Error(), { code: 'ENOENT' });
    };
    expect(
      problemsOf(() => loadFaults('none.yaml', { cwd: '/', variables: {}, readFile: missing })),
    ).toContain('none.yaml: it cannot be read: ENOENT');
  });
});

describe('target: { embedded: … } of a scenario', () => {
  const faultsFile = { '/home/me/f.yaml': 'seed: 3\nfaults: [{ fault: never-upgrade }]' };
  const rule = { ...ALWAYS, fault: 'never-upgrade' };

  it('takes its faults from a file beside the scenario', () => {
    const { plan } = loadText('target: { embedded: { faults: f.yaml, ledger: truth.json } }', {
      files: faultsFile,
    });
    expect(plan.target).toEqual({
      embedded: true,
      urls: [],
      addresses: 'first',
      broker: { faults: { seed: 3, rules: [rule] }, ledger: 'truth.json', processes: 1 },
    });
  });

  it('or has them written there', () => {
    const { plan } = loadText('target: { embedded: { faults: { faults: [{ fault: never-upgrade }] } } }');
    expect(plan.target.broker).toEqual({
      faults: { seed: 1, rules: [rule] },
      ledger: null,
      processes: 1,
    });
  });

  it('without any is the plain broker', () => {
    for (const text of ['target: { embedded: }', 'target: { embedded: {} }']) {
      expect(loadText(text).plan.target).toEqual({ embedded: true, urls: [], addresses: 'first' });
    }
  });

  it('may be set on the command line', () => {
    const set = ['target.embedded.faults=f.yaml'];
    const { plan } = loadText('target: { embedded: {} }', { set, files: faultsFile });
    expect(plan.target.broker?.faults?.seed).toBe(3);
  });

  it('places problems in the scenario where they are written there', () => {
    const text = 'target:\n  embedded:\n    faults:\n      faults:\n        - { fault: refuze }\n';
    expect(problemsOf(() => loadText(text))).toContain(
      'x.yaml:5:20: target.embedded.faults.faults[0].fault: found "refuze": there is no such fault',
    );
  });

  it('places problems in the file where they are there', () => {
    const files = { '/home/me/f.yaml': 'faults:\n  - { fault: refuze }\n' };
    expect(problemsOf(() => loadText('target: { embedded: { faults: f.yaml } }', { files }))).toContain(
      'f.yaml:2:14: faults[0].fault: found "refuze"',
    );
  });

  it.each([
    [
      '{ embedded: { faults: none.yaml } }',
      '1:31: target.embedded.faults',
      'this file cannot be read: ENOENT',
    ],
    ['{ embedded: { fault: x } }', 'target.embedded.fault', 'did you mean faults?'],
    ['{ embedded: 5 }', 'target.embedded', 'and not a map'],
    ['{ embedded: {}, urls: [] }', 'target.urls', 'does not belong to a target'],
    ['{ embedded: { ledger: result.json } }', 'target.embedded.ledger', 'the run writes this file itself'],
    ['{ embedded: { ledger: [a] } }', 'target.embedded.ledger', 'this is no path'],
  ])('target: %s is a problem', (target, where, said) => {
    const problems = problemsOf(() => loadText(`target: ${target}`));
    expect(problems).toContain(where);
    expect(problems).toContain(said);
  });

  it('has no wildcards either', () => {
    const text = 'target: { embedded: {} }\nsubscribe: [{ destination: /topic/* }]';
    expect(problemsOf(() => loadText(text))).toContain('the embedded broker has no wildcards');
  });
});

describe('docs/faults.md', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/faults.md'), 'utf8');
  const sections = new Map(
    text
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
  );

  it('has a section for each fault, in their order, and no other', () => {
    expect([...sections.keys()]).toEqual(FAULT_NAMES);
  });

  it.each(FAULT_NAMES)('names the keys of %s, what a client sees, and what the ledger counts', (name) => {
    const section = sections.get(name) ?? '';
    const common = ['fault', 'share', 'skip', 'from', 'until', 'ofDeliveries'];
    for (const key of FAULT_FORMS[name].keys.filter((each) => !common.includes(each))) {
      expect(section).toContain(`\`${key}\``);
    }
    expect(section).toContain('\nClient: ');
    expect(section).toContain('\nLedger: ');
  });

  it.each(FAULT_PROFILE_NAMES)('says what profile %s is', (profile) => {
    expect(text).toMatch(new RegExp(`^\\| \`${profile}\` *\\|`, 'm'));
  });
});
