import { StompedeError } from '../shared/errors.js';
import { visibleText } from '../shared/visible-text.js';
import { type FactDifference, type ScenarioFacts, factDifferences, factTexts } from './scenario-facts.js';

const SHOWN = 8;

/**
 * Refuses to compare runs that were asked for different things, and says which: `connect.connections: 1000 here, 2000 in the
 * baseline`.
 * @param name what the baseline is told as
 * @throws StompedeError 'not-comparable'
 */
export function refuseOtherScenario(baseline: ScenarioFacts, current: ScenarioFacts, name: string): void {
  if (baseline === current) return;
  const differences = factDifferences(baseline, current);
  if (differences.length === 0) return;
  const shown = differences.slice(0, SHOWN).map(text);
  if (differences.length > SHOWN) shown.push(`and ${differences.length - SHOWN} more`);
  throw new StompedeError(
    'not-comparable',
    `${name} is of another scenario: ${visibleText(shown.join('; '))}`,
    {
      hint: 'Compare runs of the same scenario, or make a new baseline: stompede baseline update <baseline.json> <result...>',
    },
  );
}

function text(difference: FactDifference): string {
  const { baseline, current } = factTexts(difference);
  return `${difference.key}: ${current} here, ${baseline} in the baseline`;
}
