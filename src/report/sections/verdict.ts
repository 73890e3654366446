import type { LatencySummary, RunResult } from '../../model/result.js';
import { escaped, type Markup } from '../escape.js';
import { furtherReasons, verdictLabel } from '../facts.js';
import { failedConnections } from '../failure-rows.js';
import { formatCount, formatUs, formatUsTick } from '../format.js';
import { formatLatency, instrumentErrorUs } from '../instrument.js';
import { soundness, soundnessText } from '../soundness.js';
import { readsDeliveriesFromDue } from '../which-latency.js';

/** The verdict in one sentence, with what was missed; before it, where they can't, whether the figures can be used. */
export function verdictBanner(result: RunResult): Markup {
  const { label, tone } = verdictLabel(result);
  const { headline } = result.verdict;
  const reasons = furtherReasons(result);
  const list =
    reasons.length === 0 ? null : escaped`<ul>${reasons.map((reason) => escaped`<li>${reason}</li>`)}</ul>`;
  const generator = soundness(result);
  const said = escaped`<p class="generator ${generator.tone}">${soundnessText(generator)}.</p>`;
  const invalid = generator.verdict === 'invalid';
  return escaped`<section class="verdict ${tone}" aria-label="Verdict">
${invalid ? said : null}<p><span class="pill">${label}</span>${headline}</p>${invalid ? null : said}${list}
</section>`;
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
  return escaped`<dl class="tiles">${all.map(tile)}
</dl>`;
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
