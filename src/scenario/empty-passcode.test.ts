import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

const scenario = (passcode: string, login = 'load'): string =>
  `target: embedded\nstomp:\n  login: ${login}\n  passcode: ${passcode}\n`;

describe('a passcode from a variable that is set to nothing', () => {
  it.each(['${PASS}', '"${PASS}"', '${NONE:-}${PASS}'])('is a problem at its line: %s', (written) => {
    const said = problemsOf(() => loadText(scenario(written), { variables: { PASS: '' } }));
    expect(said).toBe(
      `x.yaml:4:13: stomp.passcode: found "${written.replaceAll('"', '')}", which is empty: there is a login, and no passcode for it
    set PASS (a CI system leaves it empty where it has no such secret), or write \${PASS:-} for none`,
    );
  });

  it('is one problem where the variable is not set at all', () => {
    expect(problemsOf(() => loadText(scenario('${PASS}'))).match(/stomp\.passcode/g)).toHaveLength(1);
  });

  it('is one in --set, too', () => {
    const load = (): unknown =>
      loadText(scenario('x'), { set: ['stomp.passcode=${PASS}'], variables: { PASS: '' } });
    expect(problemsOf(load)).toMatch(/^--set stomp\.passcode: stomp\.passcode: found "\$\{PASS\}"/);
  });

  it.each([
    ['is allowed where it is said that it may be empty', scenario('${PASS:-}')],
    ['is allowed where no variable is asked for', scenario('""')],
    ['does no harm without a login', scenario('${PASS}', '${LOGIN}')],
  ])('%s', (_, text) => {
    const { plan } = loadText(text, { variables: { PASS: '', LOGIN: '' } });
    expect(plan.stomp.passcode ?? '').toBe('');
  });

  it('has another one stand in for it', () => {
    const { plan } = loadText(scenario('${PASS:-guest}'), { variables: { PASS: '' } });
    expect(plan.stomp.passcode).toBe('guest');
  });
});
