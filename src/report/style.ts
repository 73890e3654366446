/**
 * The page's style sheet. Colours are variables, so that light, dark and print differ in one place and the charts
 * follow. --c0 to --c6 are told apart with every common colour blindness (after Okabe and Ito, darker on white and
 * lighter on black for contrast); nothing is said by colour alone.
 */
export const STYLE = `
:root {
  color-scheme: light;
  --page: #f6f7f9; --card: #fff; --line: #e1e5ea; --text: #16202c; --muted: #5a6675; --grid: #e9ecf0;
  --accent: #0b62ad; --hold: rgba(90, 102, 117, .08); --picked: #e8f1fa;
  --good: #0a7350; --good-soft: #e6f4ee; --bad: #b3261e; --bad-soft: #fcebe9; --note: #8a5a00; --note-soft: #fdf3dd;
  --c0: #0b6bb8; --c1: #08875f; --c2: #cc4b14; --c3: #a4478d; --c4: #a87500; --c5: #2a93c9; --c6: #5a6675;
  --c0-soft: rgba(11, 107, 184, .12); --c1-soft: rgba(8, 135, 95, .13);
}
@media screen and (prefers-color-scheme: dark) {
  :root:not([data-print]) {
    color-scheme: dark;
    --page: #0f141a; --card: #171e26; --line: #2a333e; --text: #e6ebf1; --muted: #9aa7b5; --grid: #232c36;
    --accent: #7cbcf5; --hold: rgba(154, 167, 181, .10); --picked: #1d2c3c;
    --good: #4fd1a1; --good-soft: #12291f; --bad: #ff8d80; --bad-soft: #331a18; --note: #f0c060; --note-soft: #2e2511;
    --c0: #5fb0f5; --c1: #3ecb9a; --c2: #f58a55; --c3: #dd8fcb; --c4: #e2b342; --c5: #8fd3f7; --c6: #9aa7b5;
    --c0-soft: rgba(95, 176, 245, .15); --c1-soft: rgba(62, 203, 154, .14);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
.brand { margin: 0 0 2px; color: var(--muted); font-size: 13px; letter-spacing: .02em; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
.about { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 8px 0 18px; }
.about dt { color: var(--muted); font-size: 13px; }
.about dd { margin: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 14px; }
h2 { margin: 44px 0 12px; font-size: 19px; font-weight: 650; letter-spacing: -.005em; }
h2 .count, .change .count { display: inline-block; margin-left: 8px; color: var(--muted); font-size: 14px; font-weight: 400; letter-spacing: 0; }
h3, h4 { margin: 0; font-size: 15px; font-weight: 650; }
h3.above { margin: 24px 0 10px; }
h2, h3.above { scroll-margin-top: 12px; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 2px; }
code, .mono, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.muted { color: var(--muted); }
section > .muted { font-size: 14px; }
.bad { color: var(--bad); }
.note { color: var(--note); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.verdict { display: flex; gap: 20px; border: 1px solid var(--tone); border-left-width: 6px; border-radius: 10px; background: var(--tone-soft); padding: 18px 22px; }
.verdict.good { --tone: var(--good); --tone-soft: var(--good-soft); color: inherit; }
.verdict.bad { --tone: var(--bad); --tone-soft: var(--bad-soft); color: inherit; }
.verdict.note { --tone: var(--note); --tone-soft: var(--note-soft); color: inherit; }
.verdict .said { flex: 1; min-width: 0; }
.verdict p { margin: 0; overflow-wrap: anywhere; }
.verdict .pill {
  display: inline-block; margin: 0 0 8px; padding: 2px 12px; border-radius: 99px; background: var(--tone);
  color: var(--card); font-size: 15px; font-weight: 700; letter-spacing: .05em;
}
.verdict .headline { font-size: 23px; font-weight: 600; line-height: 1.32; letter-spacing: -.01em; }
.verdict .generator { align-self: flex-start; flex: none; max-width: 230px; padding: 8px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); font-size: 14px; }
.verdict .generator.good { color: var(--good); }
.verdict .generator.note { color: var(--note); border-color: currentColor; }
.verdict.invalid .headline { margin-top: 6px; }
.verdict .generator.bad { max-width: none; padding: 0; border: 0; background: none; color: var(--bad); font-size: 25px; font-weight: 700; line-height: 1.3; }
.verdict.invalid .headline { font-size: 18px; }
.verdict ul { margin: 10px 0 0; padding-left: 20px; overflow-wrap: anywhere; }

.tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; margin: 0; padding: 0; }
.tile { margin: 0; padding: 14px 16px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.tile dt { color: var(--muted); font-size: 13px; }
.tile dd { margin: 0; }
.tile .figure, .tile .more { overflow-wrap: anywhere; }
.tile .figure { font-size: 25px; font-weight: 650; line-height: 1.3; letter-spacing: -.01em; }
.tile .more { color: var(--muted); font-size: 13px; }
.tile .figure.bad { color: var(--bad); }

.charts, .advice { align-items: start; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.chart { margin: 0; padding: 16px 18px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); min-width: 0; break-inside: avoid; }
.chart.wide { grid-column: 1 / -1; }
.chart figcaption { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 12px; }
.chart .says { margin: 0; flex-basis: 100%; color: var(--muted); font-size: 13px; }
.chart select {
  font: inherit; font-size: 13px; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px;
  padding: 2px 6px; max-width: 100%;
}
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 4px; min-height: 32px; margin: 6px 0 2px -6px; font-size: 13px; }
button { font: inherit; color: inherit; cursor: pointer; }
.key { display: inline-flex; align-items: center; gap: 6px; padding: 2px 6px; border: 0; border-radius: 6px; background: none; font-size: 13px; }
button.key:hover { background: var(--grid); }
.key[aria-pressed="false"] { color: var(--muted); text-decoration: line-through; }
.key[aria-pressed="false"] .swatch { opacity: .4; }
.key .value { font-weight: 600; }
.swatch { flex: none; width: 16px; height: 0; border-top: 3px solid var(--c); }
.swatch.dashed { border-top-style: dashed; border-top-width: 2px; }
.legend .at { margin-left: auto; color: var(--muted); padding-right: 4px; }
.plot { min-height: 260px; border-radius: 4px; }
.plot .u-select { display: none; }
.plot .u-cursor-x { border-color: var(--muted); }
.chart .nothing { margin: 12px 0 16px; color: var(--muted); text-align: center; }
.chart .filter { flex-basis: 100%; margin: 2px 0 0; font-size: 14px; }
button.plain { padding: 1px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--page); }
button.plain:hover, button.kind:hover { border-color: var(--accent); }
.picker { display: flex; flex-wrap: wrap; align-items: center; gap: 0; margin: 0 0 12px; padding: 0; border: 0; }
.picker[hidden] { display: none; }
.picker legend { float: left; padding: 0; margin-right: 12px; color: var(--muted); font-size: 14px; }
.picker label { position: relative; }
.picker input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
.picker span { display: block; padding: 3px 14px; border: 1px solid var(--line); margin-left: -1px; background: var(--card); font-size: 14px; }
.picker label:first-of-type span { border-radius: 6px 0 0 6px; }
.picker label:last-of-type span { border-radius: 0 6px 6px 0; }
.picker input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 650; }
.picker input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; position: relative; }
.moment {
  position: fixed; z-index: 2; left: 50%; bottom: 10px; transform: translateX(-50%); width: min(1112px, calc(100vw - 28px));
  padding: 10px 16px; border: 1px solid var(--muted); border-radius: 10px; background: var(--card); color: var(--text);
  box-shadow: 0 6px 24px rgba(0, 0, 0, .22); font-size: 13px; line-height: 1.4; pointer-events: none;
}
.moment[hidden] { display: none; }
.moment[data-above] { bottom: auto; top: 10px; }
.moment p { margin: 0; }
.moment .at { font-weight: 650; }
.moment .group { display: grid; grid-template-columns: 160px 1fr; }
.moment .title { color: var(--muted); }
.moment .lines { display: flex; flex-wrap: wrap; gap: 0 14px; }
.moment .figure { display: inline-flex; align-items: center; gap: 6px; }
.moment .value { font-weight: 600; }
details > summary { cursor: pointer; color: var(--muted); font-size: 13px; padding: 2px 0; }
details > summary:hover { color: var(--text); }
.chart .scroll { max-height: 320px; }

.findings { margin: 0; padding: 0; list-style: none; display: grid; gap: 12px; }
.findings li { border: 1px solid var(--line); border-left: 6px solid var(--note); border-radius: 10px; background: var(--card); padding: 14px 18px 8px; overflow-wrap: anywhere; scroll-margin-top: 12px; break-inside: avoid; }
.findings li.critical { border-left-color: var(--bad); }
.findings h3 { font-size: 16px; }
.findings .number { color: var(--muted); font-weight: 600; }
.findings .side { vertical-align: 1px; font-weight: 400; }
.findings .severity { font-weight: 600; color: var(--note); }
.findings .critical .severity { color: var(--bad); }
.findings .advise { padding-left: 12px; border-left: 3px solid var(--line); }

.card { border: 1px solid var(--line); border-radius: 10px; background: var(--card); padding: 4px 18px; }
.scroll { overflow: auto; position: relative; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 8px 9px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: baseline; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--muted); font-size: 13px; }
th:last-child, td:last-child { padding-right: 4px; }
th:first-child, td:first-child { padding-left: 0; text-align: left; position: sticky; left: 0; background: var(--card); }
tbody th { font-weight: 600; }
tr.sub > *, tr.sub th { color: var(--muted); font-weight: 400; border-bottom-color: var(--line); }
tr.sub th { padding-left: 14px; }
td.bad { font-weight: 600; color: var(--bad); }
th.words, td.words { text-align: left; white-space: normal; }
th .more, td .more { display: block; margin-top: 1px; color: var(--muted); font-size: 13px; font-weight: 400; }
th code { font-weight: 600; overflow-wrap: anywhere; }
.thresholds tbody th.words, .forest tbody th.words { width: 99%; min-width: 230px; }
td.outcome { white-space: nowrap; font-weight: 600; }
tr.good .outcome { color: var(--good); }
tr.note .outcome { color: var(--note); }
tr.bad .outcome, tr.bad .observed { color: var(--bad); }
td.observed { font-weight: 650; }
.drawn { width: 1px; text-align: left; }
tr.good, tr.note, tr.bad { color: inherit; }
td.drawn svg { vertical-align: -5px; }
.forest td.drawn svg { vertical-align: -7px; }
.letter { display: inline-block; min-width: 20px; padding: 0 5px; border-radius: 4px; background: var(--muted); color: var(--card); font-size: 12px; font-weight: 700; text-align: center; }
tr.bad .letter { background: var(--bad); }
.margin .allowed { fill: var(--good-soft); }
.margin .denied { fill: var(--bad-soft); }
.margin .value { fill: var(--good); }
.margin .value.bad { fill: var(--bad); }
.margin path { fill: none; stroke: var(--text); stroke-width: 2; }
.margin .error { stroke-width: 1; }
.margin .beyond { stroke: var(--card); stroke-width: 1.5; }
.axis { display: flex; justify-content: space-between; width: 220px; }
.interval { --tone: var(--muted); }
.interval.good { --tone: var(--good); }
.interval.note { --tone: var(--note); }
.interval.bad { --tone: var(--bad); }
.interval .zone { fill: var(--grid); }
.interval path { fill: none; stroke: var(--tone); stroke-width: 2; }
.interval .zero { stroke: var(--muted); stroke-width: 1; }
.interval circle { fill: var(--tone); stroke: var(--card); stroke-width: 1.5; }
.change { font-size: 18px; font-weight: 600; }
.change.good { color: var(--good); }
.card + .card { margin-top: 12px; }
.repeats th, .repeats td:not(.says) { white-space: nowrap; }
td.says { min-width: 260px; }
details.implied, details.method { margin-top: 10px; }
details.implied .card { margin-top: 8px; }
details.implied table { color: var(--muted); }
details.method p { margin-top: 4px; font-size: 14px; }
[data-percentile="p50"] .p50, [data-percentile="p90"] .p90, [data-percentile="p99"] .p99, [data-percentile="p999"] .p999, [data-percentile="max"] .max { background: var(--picked); font-weight: 650; color: var(--text); }
.failures th, .failures td { text-align: left; white-space: normal; }
.failures .n { text-align: right; white-space: nowrap; }
.failures td.n { font-weight: 650; }
td.unresolved { color: var(--muted); }
.below.which { margin: 0 0 10px; padding-left: 12px; border-left: 3px solid var(--note); color: inherit; }
.below { margin: 10px 0 0; color: var(--muted); font-size: 14px; }
.failures .sample { overflow-wrap: anywhere; min-width: 220px; }
.failures .kind { white-space: nowrap; }
.failures td.kind a { margin-left: 6px; font-size: 13px; }
button.kind { padding: 0 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--page); font-weight: 600; }
button.kind[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--card); }
tr[data-chosen] > * { background: var(--picked); }
.failures .unsound { display: block; color: var(--note); font-size: 13px; }
.side { display: inline-block; padding: 0 8px; border: 1px solid var(--line); border-radius: 99px; font-size: 12px; color: var(--muted); }
.side.generator { color: var(--note); border-color: currentColor; }
.advice { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; margin-top: 12px; }
.advice article { border: 1px solid var(--line); border-radius: 10px; background: var(--card); padding: 14px 18px 10px; scroll-margin-top: 12px; break-inside: avoid; }
.advice article:target { border-color: var(--accent); }
.advice h4 .muted { font-weight: 400; }
.advice details p, .advice details li { font-size: 14px; }
.advice ul { margin: 0 0 8px; padding-left: 20px; }

.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; align-items: start; }
.columns .card { margin: 0; padding-top: 14px; }
.facts { display: grid; grid-template-columns: auto 1fr; margin: 0; font-size: 14px; }
.facts dt, .facts dd { margin: 0; padding: 7px 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--muted); padding-right: 20px; }
.facts dd { text-align: right; overflow-wrap: anywhere; }
.facts > :nth-last-child(-n + 2) { border-bottom: 0; }
.notes { margin: 0; padding: 10px 0 10px 18px; overflow-wrap: anywhere; }
.fold { padding: 10px 18px; }
.fold > summary { font-size: 15px; color: var(--text); }
pre { margin: 10px 0 6px; max-height: 560px; overflow: auto; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 44px; padding-bottom: 40px; color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }

@media (max-width: 860px) {
  .charts, .advice, .columns { grid-template-columns: minmax(0, 1fr); }
  .verdict { flex-direction: column; gap: 12px; }
  .verdict .generator:not(.bad) { max-width: none; padding: 4px 10px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 520px) {
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 20px; }
  h1 { font-size: 22px; }
  h2 { margin-top: 32px; }
  .tiles { gap: 8px; }
  .tile { padding: 10px 12px; }
  .tile .figure { font-size: 21px; }
  .verdict { padding: 14px 16px; }
  .verdict .headline { font-size: 19px; }
  .verdict .generator.bad { font-size: 21px; }
  .about { gap: 4px 20px; }
  .thresholds tbody th.words, .forest tbody th.words { min-width: 150px; }
  .thresholds th:first-child, .forest th:first-child, .repeats th:first-child { position: static; }
  .moment { font-size: 12px; padding: 8px 10px; }
  .moment .group { grid-template-columns: minmax(0, 1fr); }
  .moment .lines { gap: 0 10px; }
  .chart { padding: 12px 12px 8px; }
  .card { padding: 2px 12px; }
  .facts dt { padding-right: 12px; }
}
@page { size: A4; margin: 13mm 12mm; }
@media print {
  body { background: #fff; font-size: 10.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main, header, footer { max-width: none; padding: 0; }
  header { padding-top: 0; }
  footer { padding-bottom: 0; }
  nav, .hint, .moment, .picker, .legend .at, .chart select, .chart .figures, .chart .filter button, .advice details, .failures td.kind a, .whole-plan { display: none; }
  .charts, .columns, .advice { display: block; }
  .chart, .advice article, .columns .card { margin-bottom: 12px; }
  .plot { min-height: 0; }
  .verdict { flex-direction: column; gap: 10px; }
  .verdict .headline { font-size: 20px; }
  .verdict .generator:not(.bad) { max-width: none; padding: 4px 10px; }
  .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 8px; }
  .tile { padding: 8px 10px; }
  .tile .figure { font-size: 19px; }
  .scroll, .chart .scroll { overflow: visible; max-height: none; }
  table { font-size: 8.5pt; }
  th, td { padding: 5px 4px; }
  th:first-child, td:first-child { position: static; }
  thead th { font-size: 8pt; }
  th .more, td .more { font-size: 8pt; }
  .thresholds tbody th.words, .forest tbody th.words, td.says { min-width: 0; }
  .repeats td:not(.says) { white-space: normal; }
  td.drawn svg, .forest td.drawn svg { width: 130px; height: auto; }
  .axis { width: 130px; }
  h2, h3, summary { break-after: avoid; }
  h2 { margin-top: 26px; }
  thead { display: table-header-group; }
  tr, .tile, .verdict, .picker, dt, dd { break-inside: avoid; }
  dt { break-after: avoid; }
  button.kind, button.key { border: 0; padding: 0; background: none; }
  details::details-content { content-visibility: visible; }
}
`;
