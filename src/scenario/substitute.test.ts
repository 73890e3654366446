import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

const host = (value: string, variables = {}): string =>
  loadText(`target: embedded\nstomp: { host: ${value} }`, { variables }).plan.stomp.host;

describe('variables', () => {
  it.each([
    ['"${A}"', { A: 'x' }, 'x'],
    ['"a${A}b${B}c"', { A: '1', B: '2' }, 'a1b2c'],
    ['"${A:-d}"', {}, 'd'],
    ['"${A:-d}"', { A: '' }, 'd'],
    ['"${A:-}x"', {}, 'x'],
    ['"$$"', {}, '$'],
    ['"$${A}"', { A: 'x' }, '${A}'],
    ['"$A $ 5$"', { A: 'x' }, '$A $ 5$'],
    ['"${A}"', { A: '${B}', B: 'x' }, '${B}'],
    ['"${A}"', { A: '$&' }, '$&'],
  ])('in %s with %j give %s', (text, variables, value) => {
    expect(host(text, variables)).toBe(value);
  });

  it('stand for numbers where a number belongs', () => {
    const text = 'target: embedded\nconnect: {connections: "${N:-100}"}\nhold: ${H}';
    const { plan } = loadText(text, { variables: { N: '7', H: '1m' } });
    expect([plan.connect.connections, plan.holdMs]).toEqual([7, 60_000]);
  });

  it('cannot add keys, whatever their value', () => {
    const { plan } = loadText('target: embedded\nstomp:\n  login: ${A}', {
      variables: { A: 'a, passcode: b' },
    });
    expect([plan.stomp.login, plan.stomp.passcode]).toEqual(['a, passcode: b', null]);
  });

  it('are not read in keys', () => {
    const message = problemsOf(() => loadText('target: embedded\n"${A}": 1', { variables: { A: 'name' } }));
    expect(message).toContain('found "${A}": there is no such key');
  });

  it('that are not set are one problem each, at their place', () => {
    const text = 'target: ${TARGTE}\nstomp: { host: "a${NOPE}" }\nhold: ${H}';
    expect(problemsOf(() => loadText(text, { variables: { TARGET: 'embedded' } }))).toBe(
      `x.yaml:1:9: target: found "\${TARGTE}": the environment has no variable TARGTE
    did you mean TARGET? set it, or give a default: \${TARGTE:-…}
x.yaml:2:18: stomp.host: found "\${NOPE}": the environment has no variable NOPE
    set it, or give a default: \${NOPE:-…}
x.yaml:3:7: hold: found "\${H}": the environment has no variable H
    set it, or give a default: \${H:-…}`,
    );
  });

  it('that are set but empty are nothing, and not a default', () => {
    const message = problemsOf(() => loadText('target: embedded\nhold: ${H}', { variables: { H: '' } }));
    expect(message).toContain('x.yaml:2:7: hold: found "${H}", which is empty: nothing is written here');
  });

  it('are shown beside what they came to', () => {
    const message = problemsOf(() => loadText('target: embedded\nhold: ${H}', { variables: { H: 'soon' } }));
    expect(message).toContain('hold: found "soon" (from "${H}"): this is no duration');
  });

  it.each(['${', '${1}', '${A', '${A:+b}', '${}'])('that are none are refused: %s', (text) => {
    expect(problemsOf(() => host(JSON.stringify(text), { A: 'x' }))).toContain('this is no variable');
  });

  it('never come from the prototype of the environment', () => {
    expect(problemsOf(() => host('"${toString}"'))).toContain('no variable toString');
  });
});
