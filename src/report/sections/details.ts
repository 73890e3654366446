import type { RunPlan } from '../../model/plan.js';
import type { RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import {
  deliveryFacts,
  environmentFacts,
  generatorFacts,
  publishingFacts,
  serverFacts,
  type Fact,
} from '../facts.js';
import { visibleText } from '../visible-text.js';

export function notes(result: RunResult): Markup | null {
  if (result.notes.length === 0) return null;
  const items = result.notes.map((note) => escaped`<li>${note}</li>`);
  return escaped`<section><h2>Notes</h2><div class="card"><ul class="notes">${items}</ul></div></section>`;
}

/** Deliveries and publishing, what the server did, what the generator used, and on which machine. */
export function details(result: RunResult): Markup {
  const measured =
    result.connections.attempted === 0
      ? []
      : [
          factCard('Deliveries', deliveryFacts(result)),
          factCard('Publishing', publishingFacts(result)),
          factCard('What the server did', serverFacts(result)),
        ];
  const own = [factCard('Generator', generatorFacts(result)), factCard('Machine', environmentFacts(result))];
  return escaped`<div class="columns">${measured}${own}</div>`;
}

/** The resolved plan, folded. As JSON it keeps its own line breaks; everything else in it is made visible here. */
export function scenario(plan: RunPlan): Markup {
  const text = JSON.stringify(plan, (key, value: unknown) => (key === 'caPem' ? undefined : value), 2);
  return escaped`<section><h2>Scenario</h2><div class="card plan"><details><summary>The resolved plan, secrets masked</summary>
<pre tabindex="0">${text.split('\n').map(visibleText).join('\n')}</pre></details></div></section>`;
}

function factCard(title: string, facts: readonly Fact[]): Markup {
  const rows = facts.map(
    ({ label, value, tone }) => escaped`<dt>${label}</dt><dd class="${tone}">${value}</dd>`,
  );
  return escaped`<section><h2>${title}</h2><div class="card"><dl class="facts">${rows}</dl></div></section>`;
}
