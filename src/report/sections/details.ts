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
import { planFacts } from '../plan-facts.js';
import { visibleText } from '../visible-text.js';

export function notes(result: RunResult): Markup | null {
  if (result.notes.length === 0) return null;
  const items = result.notes.map((note) => escaped`<li>${note}</li>`);
  return escaped`<section aria-labelledby="notes"><h2 id="notes">Notes</h2><div class="card"><ul class="notes">${items}</ul></div></section>`;
}

/** Deliveries and publishing, what the server did, what the generator used. */
export function details(result: RunResult): Markup {
  const measured =
    result.connections.attempted === 0
      ? []
      : [
          factCard('Deliveries', deliveryFacts(result)),
          factCard('Publishing', publishingFacts(result)),
          factCard('What the server did', serverFacts(result)),
        ];
  return escaped`<section aria-labelledby="details"><h2 id="details">Details</h2><div class="columns">${measured}${factCard('Generator', generatorFacts(result))}</div></section>`;
}

/** What was asked for and on which machine, folded. `plan`: as the result has it, for it is made visible here. */
export function planAndEnvironment(result: RunResult, plan: RunPlan): Markup {
  return escaped`<section aria-labelledby="plan"><h2 id="plan">Plan and environment</h2>
<details class="card fold" data-unfold><summary>What was asked for</summary>${factList(planFacts(result.plan))}</details>
<details class="card fold" data-unfold><summary>The machine that asked for it</summary>${factList(environmentFacts(result))}</details>
<details class="card fold whole-plan"><summary>The whole plan as JSON, secrets masked</summary>
<pre tabindex="0">${planText(plan)}</pre></details></section>`;
}

/** As JSON it keeps its own line breaks; everything else in it is made visible. */
function planText(plan: RunPlan): string {
  const text = JSON.stringify(plan, (key, value: unknown) => (key === 'caPem' ? undefined : value), 2);
  return text.split('\n').map(visibleText).join('\n');
}

function factCard(title: string, facts: readonly Fact[]): Markup {
  return escaped`<div class="card"><h3>${title}</h3>${factList(facts)}</div>`;
}

function factList(facts: readonly Fact[]): Markup {
  const rows = facts.map(
    ({ label, value, tone }) => escaped`<dt>${label}</dt><dd class="${tone}">${value}</dd>`,
  );
  return escaped`<dl class="facts">${rows}</dl>`;
}
