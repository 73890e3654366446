import type { RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { formatCount } from '../format.js';
import { numberedFindings, type NumberedFinding } from '../soundness.js';

/** What the run showed about each side: when, from what it is concluded, and what to do. */
export function findings(result: RunResult): Markup | null {
  const all = numberedFindings(result);
  if (all.length === 0) return null;
  return escaped`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
<ol class="findings">${all.map(oneFinding)}
</ol></section>`;
}

function oneFinding({ number, finding, title, when }: NumberedFinding): Markup {
  const { about, severity, kind, evidence, advice } = finding;
  return escaped`
<li class="${severity}" id="finding-${number}"><h3><span class="number">${number}</span> <span class="side ${about}">${about}</span> ${title}</h3>
<p class="muted"><span class="severity">${severity}</span> · ${when} · docs/verdicts.md#${kind}</p>
<p class="evidence">${evidence.text}</p><p class="advise">${advice}</p>${values(evidence.values)}</li>`;
}

function values(figures: Readonly<Record<string, number>>): Markup | null {
  const entries = Object.entries(figures);
  if (entries.length === 0) return null;
  const rows = entries.map(
    ([name, value]) => escaped`<dt>${name}</dt><dd>${formatCount(Number(value.toPrecision(6)))}</dd>`,
  );
  return escaped`<details data-unfold><summary>Its figures</summary><dl class="facts">${rows}</dl></details>`;
}
