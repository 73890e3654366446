import type { RunResult } from '../model/result.js';
import { escaped, Markup } from './escape.js';
import { formatMoment, targetOf, verdictLabel } from './facts.js';
import { formatMs } from './format.js';
import { cspHash, readPageAssets } from './page-assets.js';
import { addresses } from './sections/addresses.js';
import { charts } from './sections/charts.js';
import { details, notes, scenario } from './sections/details.js';
import { failures } from './sections/failures.js';
import { findings } from './sections/findings.js';
import { latencyTables } from './sections/latencies.js';
import { tiles, verdictBanner } from './sections/verdict.js';
import { STYLE } from './style.js';
import { visibleResult } from './visible-text.js';

/**
 * The report as one page that needs nothing else: it makes no request, and its policy forbids any. Scripts and
 * styles run by their hashes only, so that markup which a target smuggled in could neither run nor call home.
 */
export function renderHtml(result: RunResult): string {
  const view = visibleResult(result);
  const { uplotScript, uplotStyle, clientScript } = readPageAssets();
  const style = uplotStyle + STYLE;
  const policy = [
    "default-src 'none'",
    `script-src ${cspHash(uplotScript)} ${cspHash(clientScript)}`,
    `style-src ${cspHash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { label } = verdictLabel(view);
  return `${
    escaped`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${label} · ${view.run.name} · stompede</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
${pageHeader(view)}
<main>
${verdictBanner(view)}
${findings(view)}
${tiles(view)}
${notes(view)}
${charts(view)}
${latencyTables(view)}
${failures(view)}
${addresses(view)}
${details(view)}
${scenario(result.plan)}
</main>
<footer>stompede ${view.stompede}, run ${view.run.id}. Latencies are kept in HDR histograms of microseconds with three significant digits; result.json beside this page has them in the HdrHistogram V2 compressed form, ready to be merged. Charts by uPlot, MIT licence, © Leon Sorokin.</footer>
<script>${new Markup(uplotScript)}</script>
<script>${new Markup(clientScript)}</script>
</body>
</html>`.text
  }\n`;
}

function pageHeader(result: RunResult): Markup {
  const { run } = result;
  const about = [
    targetOf(result),
    `${result.plan.client} client`,
    formatMoment(run.startedAt),
    formatMs(run.durationMs),
  ];
  return escaped`<header><p class="brand">stompede · STOMP over WebSocket, connection by connection</p>
<h1>${run.name}</h1><p class="about">${about.join(' · ')}</p></header>`;
}
