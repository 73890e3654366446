import type { RunPlan } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { escaped, Markup } from './escape.js';
import { chartData } from './chart-data.js';
import { verdictLabel } from './facts.js';
import type { PageData } from './page/data.js';
import { cspHash, readPageAssets } from './page-assets.js';
import { addresses } from './sections/addresses.js';
import { chartScript, overTime } from './sections/charts.js';
import { comparison } from './sections/comparison.js';
import { details, notes, planAndEnvironment } from './sections/details.js';
import { failures } from './sections/failures.js';
import { findings } from './sections/findings.js';
import { contents, pageHeader } from './sections/header.js';
import { latencies } from './sections/latencies.js';
import { thresholds } from './sections/thresholds.js';
import { tiles, verdictBanner } from './sections/verdict.js';
import { soundness } from './soundness.js';
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
  const data = chartData(view);
  const main = body(view, data, result.plan);
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
${contents(main.text)}
${main}
</main>
<footer>stompede ${view.stompede}, run ${view.run.id}. Latencies are kept in HDR histograms of microseconds with three significant digits; result.json beside this page has them in the HdrHistogram V2 compressed form, ready to be merged. Charts by uPlot, MIT licence, © Leon Sorokin.</footer>
${chartScript(data)}
<script>${new Markup(uplotScript)}</script>
<script>${new Markup(clientScript)}</script>
</body>
</html>`.text
  }\n`;
}

/** What decided comes first; of a generator that was not sound, what shows that. */
function body(view: RunResult, data: PageData, plan: RunPlan): Markup {
  const invalid = soundness(view).verdict === 'invalid';
  const held = view.thresholds.every(({ outcome }) => outcome === 'pass');
  const asked = [thresholds(view), comparison(view)];
  if (held && view.comparison?.verdict === 'worse') asked.reverse();
  return escaped`${invalid ? findings(view) : null}
${asked.filter((section) => section !== null)}
${invalid ? null : findings(view)}
${tiles(view)}
${notes(view)}
${overTime(view, data)}
${latencies(view, data)}
${failures(view, data)}
${addresses(view)}
${details(view)}
${planAndEnvironment(view, plan)}`;
}
