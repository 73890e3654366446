import type { LatencySummary, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { furtherReasons, verdictLabel } from '../facts.js';
import { failedConnections } from '../failure-rows.js';
import { formatCount, formatUs, formatUsTick } from '../format.js';
import { formatLatency, instrumentErrorUs } from '../instrument.js';
import { soundness, soundnessText, type Soundness } from '../soundness.js';
import { readsDeliveriesFromDue } from '../which-latency.js';

/** More than these are told where they belong: further down, or in the other runs' reports. */
const MOST_REASONS = 6;

/** The verdict in one sentence, with what was missed; beside it, or before it where they can't, whether the figures can be used. */
export function verdictBanner(result: RunResult): Markup {
  const { label, tone } = verdictLabel(result);
  const generator = soundness(result);
  const own = generatorBox(generator);
  const [before, beside] = generator.verdict === 'invalid' ? [own, null] : [null, own];
  return escaped`<section class="verdict ${tone} ${generator.verdict}" aria-labelledby="verdict">
<div class="said"><h2 id="verdict" class="pill">${label}</h2>${before}<p class="headline">${result.verdict.headline}</p>${reasonList(furtherReasons(result))}</div>${beside}
</section>`;
}

function generatorBox(generator: Soundness): Markup {
  const { verdict, tone, says } = generator;
  const words =
    verdict === 'invalid'
      ? escaped`<p>Load ${soundnessText(generator)}.</p>`
      : escaped`<p><strong>Load generator: ${verdict}</strong></p><p>${says === '' ? 'It kept up: its figures count' : `Mind: ${says}`}.</p>`;
  return escaped`<div class="generator ${tone}">${words}</div>`;
}

function reasonList(reasons: readonly string[]): Markup | null {
  if (reasons.length === 0) return null;
  const shown = reasons.slice(0, reasons.length > MOST_REASONS ? MOST_REASONS - 1 : MOST_REASONS);
  const left = reasons.length - shown.length;
  const more = left === 0 ? null : escaped`<li>and ${formatCount(left)} more</li>`;
  return escaped`<ul>${shown.map((reason) => escaped`<li>${reason}</li>`)}${more}</ul>`;
}

interface Tile {
  readonly label: string;
  readonly figure: string;
  readonly more: string;
  /** Said after `more`: something that was missed. */
  readonly missed: string;
  readonly bad: boolean;
}

/** The numbers that matter. */
export function tiles(result: RunResult): Markup {
  const all = [...connectionTiles(result), ...latencyTiles(result)];
  return escaped`<section aria-labelledby="glance"><h2 id="glance">At a glance</h2>
<dl class="tiles">${all.map(tile)}
</dl></section>`;
}

function tile({ label, figure, more, missed, bad }: Tile): Markup {
  const comma = more === '' ? '' : ', ';
  const miss = missed === '' ? null : escaped`${comma}<span class="bad">${missed}</span>`;
  return escaped`
<div class="tile"><dt>${label}</dt><dd class="${bad ? 'figure bad' : 'figure'}">${figure}</dd><dd class="more">${more}${miss}</dd></div>`;
}

function connectionTiles({ connections, deliveries, failures }: RunResult): readonly Tile[] {
  const { own, whileUnsound } = failedConnections(failures);
  const dropped = connections.droppedWhileHolding;
  return [
    {
      label: 'Complete',
      figure: formatCount(connections.complete),
      more: `of ${formatCount(connections.planned)} planned`,
      missed: '',
      bad: false,
    },
    {
      label: 'Failed',
      figure: formatCount(connections.failed),
      more: `of ${formatCount(connections.attempted)} attempted`,
      missed: [
        some(own, "the generator's own"),
        some(whileUnsound, 'while the generator was not sound'),
        some(connections.unfinished, 'unfinished'),
      ]
        .filter((text) => text !== '')
        .join(', '),
      bad: connections.failed > 0,
    },
    {
      label: 'Open at the peak',
      figure: formatCount(connections.peakOpen),
      more: dropped === 0 ? 'none dropped while holding' : '',
      missed: some(dropped, 'dropped while holding'),
      bad: false,
    },
    {
      label: 'Deliveries',
      figure: formatCount(deliveries.received),
      more: `of ${formatCount(deliveries.expected)} expected`,
      missed: some(deliveries.lost, 'lost'),
      bad: false,
    },
  ];
}

function some(count: number, what: string): string {
  return count === 0 ? '' : `${formatCount(count)} ${what}`;
}

function latencyTiles(result: RunResult): readonly Tile[] {
  const { phases, deliveries, schedule } = result;
  const errorUs = instrumentErrorUs(result);
  const upgrade = phases.upgrade?.us ?? null;
  const connect = phases.connect?.us ?? null;
  const fromDue = readsDeliveriesFromDue(result);
  const delivery = fromDue ? deliveries.latencyFromDueUs : deliveries.latencyUs;
  const late = schedule.lagUs === null ? '' : `, latest by ${formatUs(schedule.lagUs.max)}`;
  return [
    latencyTile('Upgrade, p99', upgrade, errorUs),
    latencyTile('CONNECT, p99', connect, errorUs),
    latencyTile(fromDue ? 'Delivery from due, p99' : 'Delivery, p99', delivery, errorUs),
    {
      label: 'Late arrivals',
      figure: formatCount(schedule.lateCount),
      more: `by over ${formatUsTick(schedule.lateToleranceUs)}${late}`,
      missed: '',
      bad: false,
    },
  ];
}

function latencyTile(label: string, us: LatencySummary | null, errorUs: number | null): Tile {
  if (us === null) return { label, figure: '–', more: 'no sample', missed: '', bad: false };
  return {
    label,
    figure: formatLatency(us.p99, errorUs),
    more: `p50 ${formatLatency(us.p50, errorUs)}, max ${formatLatency(us.max, errorUs)}`,
    missed: '',
    bad: false,
  };
}
