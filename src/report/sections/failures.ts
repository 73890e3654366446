import { kindInfo, type FailureKind } from '../../model/failures.js';
import type { FailureRow, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { readFailureDocs, type DocBlock } from '../failure-docs.js';
import { failureGroups, whileUnsoundText, type FailureGroup } from '../failure-rows.js';
import { formatCount } from '../format.js';
import type { PageData } from '../page/data.js';
import { chartFigure } from './charts.js';
import { columnHead, tableCard } from './table.js';

const HEAD: readonly Markup[] = [
  columnHead('count', 'n'),
  ...['phase', 'kind', 'side', 'code', 'first sample'].map((text) => columnHead(text)),
];

/** What failed over time, in which phase, on whose side and in whose words; and what to do about each kind. */
export function failures(result: RunResult, data: PageData): Markup {
  const groups = failureGroups(result);
  if (groups.length === 0) {
    return escaped`<section aria-labelledby="failures"><h2 id="failures">Failures</h2><p class="muted">None.</p></section>`;
  }
  const kinds = [...new Set(groups.flatMap(({ rows }) => rows.map((row) => row.kind)))];
  const docs = readFailureDocs();
  return escaped`<section aria-labelledby="failures"><h2 id="failures">Failures</h2>
<div class="charts">${chartFigure('failures', result, data)}</div>${groups.map(group)}
<h3 class="above">What to do</h3>
<div class="advice">${kinds.map((kind) => advice(kind, docs.get(kind) ?? []))}</div></section>`;
}

function group({ title, rows }: FailureGroup): Markup {
  const name = rows.every(({ side }) => side === 'generator') ? title : 'Of the target and the network';
  return escaped`<h3 class="above">${name}</h3>
${tableCard({ caption: name, classes: 'failures', head: HEAD, rows: rows.map(failureRow) })}`;
}

function failureRow(row: FailureRow): Markup {
  const role = row.role === 'publisher' ? escaped` <span class="muted">(publisher)</span>` : null;
  const text = whileUnsoundText(row);
  const unsound = text === null ? null : escaped`<span class="unsound">${text}</span>`;
  return escaped`
<tr><td class="n">${formatCount(row.count)}</td><td>${row.phase}${role}</td><td class="kind"><span data-kind="${row.kind}">${row.kind}</span> <a href="#advice-${row.kind}" aria-label="What to do about ${row.kind}">what to do</a></td><td><span class="side ${row.side}">${row.side}</span></td><td>${row.code ?? ''}</td><td class="sample"><span class="mono">${row.sample}</span>${unsound}</td></tr>`;
}

function advice(kind: FailureKind, blocks: readonly DocBlock[]): Markup {
  const info = kindInfo(kind);
  const more =
    blocks.length === 0
      ? escaped`<p class="muted">docs/failures.md#${kind}</p>`
      : escaped`<details><summary>More about it</summary>${blocks.map(docBlock)}</details>`;
  return escaped`
<article id="advice-${kind}"><h4>${kind} <span class="muted">· ${info.title}</span></h4><p>${info.advice}</p>${more}</article>`;
}

function docBlock(block: DocBlock): Markup {
  if (block.type === 'paragraph') return escaped`<p>${withCode(block.text)}</p>`;
  return escaped`<ul>${block.items.map((item) => escaped`<li>${withCode(item)}</li>`)}</ul>`;
}

/** Text with `code` between backticks. */
function withCode(text: string): readonly Markup[] {
  return text.split('`').map((part, i) => (i % 2 === 0 ? escaped`${part}` : escaped`<code>${part}</code>`));
}
