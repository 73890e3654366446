import { describe, expect, it } from 'vitest';
import { comparedRunOf } from '../baseline/testing/compared-runs.js';
import { scenarioFacts } from '../baseline/scenario-facts.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import type { LoadedScenario } from '../scenario/load.js';
import { maskPlan, Secrets } from '../shared/mask.js';
import { comparingWithTarget } from './comparing.js';

const PLAN = samplePlan('a', 1000, 100, 10_000);
const DESTINATION = PLAN.subscribe[0]?.destination ?? '';

function against(url: string, ...secrets: readonly string[]): LoadedScenario {
  const target = { ...PLAN.target, embedded: false, urls: [url] };
  return { plan: { ...PLAN, target }, secrets: new Secrets(secrets) };
}

describe('comparing with another target', () => {
  it('refuses no run of the same scenario for what is a secret of one target only', () => {
    const [before, now] = [against('ws://before/ws', DESTINATION), against('ws://now/ws')];
    const scenario = scenarioFacts(maskPlan(now.plan, new Secrets([DESTINATION])));
    const runs = [1, 2].map(() => comparedRunOf({ scenario }));
    const { unit } = comparingWithTarget(before, now)({ baseline: runs, current: runs });
    expect(unit).toBe('pairs');
  });

  it('says no secret of one target by the name of the other', () => {
    const comparing = comparingWithTarget(
      against('ws://s3cret-of-now.example/ws'),
      against('ws://now/ws', 's3cret-of-now'),
    );
    const runs = [comparedRunOf(), comparedRunOf()];
    expect(comparing({ baseline: runs, current: runs }).baseline.name).toBe('ws://***.example/ws');
  });
});
