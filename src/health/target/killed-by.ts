import type { Finding, FindingKind } from '../../model/findings.js';
import { formatCount, formatUs } from '../../shared/units.js';
import type { Collapse } from './collapse.js';
import type { Backlog } from './delivery-backlog.js';
import { found, many, rounded, secondsText } from './found.js';
import {
  BEFORE_MS,
  GROWN_SHARE,
  HEALTHY_OUTSTANDING_SEC,
  HEALTHY_US,
  SLOW_US,
  UP_TO_MS,
} from './thresholds.js';
import { type Slice, type Timeline, sumOf } from './timeline.js';

/**
 * What broke the target, from the seconds before it broke: a backlog that grew while connections did not, or
 * connections that grew while deliveries were healthy. Both or neither leaves it open, and says why.
 *
 * @param backlog what grew up to the collapse, from the slices before it alone
 */
export function killedBy(timeline: Timeline, collapse: Collapse, backlog: Backlog | null): Finding[] {
  const before = secondsBefore(timeline.slices, collapse);
  const connections = connectionsBefore(timeline.slices, before, collapse);
  const deliveries = deliveriesBefore(before, backlog);
  const enough = before.some(({ clear }) => clear);
  const kind = verdict(enough, connections.growing, deliveries.state);
  const because =
    kind === 'killed-by-unknown' ? ` ${whyUnknown(enough, connections.growing, deliveries.state)}` : '';
  const text = `It broke at ${secondsText(collapse.atMs)}. In the ${secondsText(connections.lastedMs)} before, ${connections.text}, and ${deliveries.text}.${because}`;
  const values = {
    connectionsBefore: connections.from,
    connectionsAtBreak: connections.to,
    inflowPerSec: rounded(deliveries.inflowPerSec),
    receivedPerSec: rounded(deliveries.receivedPerSec),
    outstanding: Math.round(deliveries.outstanding),
    lagMs: Math.round(deliveries.lagUs / 1000),
  };
  return [found(kind, 'critical', collapse.atMs, text, values)];
}

type DeliveryState = 'none' | 'healthy' | 'backlog' | 'unclear';

function verdict(enough: boolean, growing: boolean, deliveries: DeliveryState): FindingKind {
  if (enough && !growing && deliveries === 'backlog') return 'killed-by-messages';
  if (enough && growing && (deliveries === 'healthy' || deliveries === 'none'))
    return 'killed-by-connections';
  return 'killed-by-unknown';
}

function whyUnknown(enough: boolean, growing: boolean, deliveries: DeliveryState): string {
  const cannot = "What killed it can't be told, because";
  if (!enough) return `${cannot} there is no second before it in which the generator was well.`;
  if (growing && deliveries === 'backlog') return `${cannot} both grew.`;
  if (deliveries === 'unclear') return `${cannot} deliveries were neither healthy nor a backlog that grew.`;
  return `${cannot} neither connections nor a backlog of messages grew.`;
}

/** The slices of the last seconds before it, and its own first one if there is no other. */
function secondsBefore(slices: readonly Slice[], { at }: Collapse): readonly Slice[] {
  const first = slices[at];
  if (first === undefined) return [];
  if (at === 0) return [first];
  return slices.slice(0, at).filter(({ endMs }) => endMs > first.startMs - BEFORE_MS);
}

interface ConnectionsBefore {
  readonly growing: boolean;
  readonly from: number;
  readonly to: number;
  readonly lastedMs: number;
  readonly text: string;
}

function connectionsBefore(
  slices: readonly Slice[],
  before: readonly Slice[],
  { at, openBefore }: Collapse,
): ConnectionsBefore {
  const from = before[0]?.openBefore ?? 0;
  const startMs = before[0]?.startMs ?? 0;
  const breakMs = slices[at]?.startMs ?? 0;
  const lastedMs = Math.max(slices[0]?.widthSec ?? 1, (breakMs - startMs) / 1000) * 1000;
  const to = Math.max(openBefore, before.at(-1)?.open ?? 0);
  // The slice in which it broke may have the last of the growth.
  const lately = slices.filter(({ endMs }, i) => i <= at && endMs > breakMs - UP_TO_MS);
  const grewLately = sumOf(lately, ({ opened }) => opened);
  const growing = to - from >= Math.max(1, GROWN_SHARE * to) && grewLately >= (GROWN_SHARE * to) / 10;
  return { growing, from, to, lastedMs, text: growthText(growing, from, to) };
}

function growthText(growing: boolean, from: number, to: number): string {
  if (growing) return `open connections grew from ${formatCount(from)} to ${formatCount(to)}`;
  if (to - from < GROWN_SHARE * to) return `open connections stayed at ${formatCount(to)}`;
  return `open connections had come to ${formatCount(to)}, and grew no more`;
}
interface DeliveriesBefore {
  readonly state: DeliveryState;
  readonly inflowPerSec: number;
  readonly receivedPerSec: number;
  readonly outstanding: number;
  readonly lagUs: number;
  readonly text: string;
}

function deliveriesBefore(before: readonly Slice[], backlog: Backlog | null): DeliveriesBefore {
  const sound = before.filter(({ clear, expected }) => clear && expected > 0);
  const seconds = Math.max(
    0.001,
    sumOf(sound, ({ widthSec }) => widthSec),
  );
  const inflowPerSec = sumOf(sound, ({ expected }) => expected) / seconds;
  const receivedPerSec = sumOf(sound, ({ received }) => received) / seconds;
  const last = sound.at(-1);
  const outstanding = last?.outstanding ?? 0;
  const lagUs = last?.delivery?.p50 ?? 0;
  const figures = { inflowPerSec, receivedPerSec, outstanding, lagUs };
  if (last === undefined) return { ...figures, state: 'none', text: 'no deliveries were due' };
  const flow = `of ${rounded(inflowPerSec)} deliveries a second that were due ${rounded(receivedPerSec)} came`;
  if (backlog !== null && lagUs >= SLOW_US) {
    const text = `${flow}, with ${many(outstanding, 'delivery', 'deliveries')} waiting at last, half of them more than ${formatUs(lagUs)} late`;
    return { ...figures, state: 'backlog', text };
  }
  const grown = outstanding - (sound[0]?.outstanding ?? 0);
  const healthy =
    sound.slice(-2).every(({ delivery }) => delivery !== null && delivery.p50 <= HEALTHY_US) &&
    grown <= HEALTHY_OUTSTANDING_SEC * inflowPerSec;
  const text = healthy
    ? `deliveries flowed (${flow}, half of them within ${formatUs(lagUs)})`
    : `${flow}${last.delivery === null ? '' : `, half of them within ${formatUs(lagUs)}`}`;
  return { ...figures, state: healthy ? 'healthy' : 'unclear', text };
}
