import type { RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import {
  deliveryFacts,
  environmentFacts,
  generatorFacts,
  publishingFacts,
  scheduleSentence,
  serverFacts,
  type Fact,
} from '../facts.js';
import { visibleText } from '../visible-text.js';

export function notes(result: RunResult): Markup | null {
  if (result.notes.length === 0) return null;
  const items = result.notes.map((note) => escaped`<li>${note}</li>`);
  return escaped`<section><h2>Notes</h2><div class="card"><ul class="notes">${items}</ul></div></section>`;
}

/** Publishing and deliveries, what the server did, what the generator used, and on which machine. */
export function details(result: RunResult): Markup {
  return escaped`<div class="columns">
${factCard('Publishing and deliveries', [...titled('publishing', publishingFacts(result)), ...titled('deliveries', deliveryFacts(result))], scheduleSentence(result))}
${factCard('What the server did', serverFacts(result), null)}
${factCard('Generator', generatorFacts(result), null)}
${factCard('Machine', environmentFacts(result), null)}
</div>`;
}

/** The resolved plan, folded. */
export function scenario(result: RunResult): Markup {
  const text = JSON.stringify(result.plan, (key, value: unknown) => (key === 'caPem' ? undefined : value), 2);
  return escaped`<section><h2>Scenario</h2><div class="card plan"><details><summary>The resolved plan, secrets masked</summary>
<pre tabindex="0">${text.split('\n').map(visibleText).join('\n')}</pre></details></div></section>`;
}

function factCard(title: string, facts: readonly Fact[], sentence: string | null): Markup {
  const rows = facts.map(
    ({ label, value, tone }) => escaped`<dt>${label}</dt><dd class="${tone}">${value}</dd>`,
  );
  const below = sentence === null ? null : escaped`<p class="muted">${sentence}</p>`;
  return escaped`<section><h2>${title}</h2><div class="card"><dl class="facts">${rows}</dl></div>${below}</section>`;
}

function titled(what: string, facts: readonly Fact[]): readonly Fact[] {
  return facts.map((fact) => ({ ...fact, label: `${what}: ${fact.label}` }));
}
