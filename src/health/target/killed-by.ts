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
import { type Strain, strainOf } from './strain.js';
import { type Slice, type Timeline, sumOf } from './timeline.js';

/**
 * What broke the target, from the seconds before it broke: a backlog that grew while connections did not, or
 * connections that grew and strained it while deliveries were healthy. Both or neither leaves it open, and says why.
 * Growing connections alone are no evidence: they grow in every ramp, and a server can be stopped within one.
 *
 * @param backlog what grew up to the collapse, from the slices before it alone
 * @param limited whether a limit was found before it: that slows connects down or refuses them, and breaks nothing
 */
export function killedBy(
  timeline: Timeline,
  collapse: Collapse,
  backlog: Backlog | null,
  limited: boolean,
): Finding[] {
  const before = secondsBefore(timeline.slices, collapse);
  const connections = connectionsBefore(timeline.slices, before, collapse);
  const deliveries = deliveriesBefore(before, backlog);
  const strain = limited ? null : strainOf(timeline.slices.slice(0, collapse.at));
  const facts: Facts = {
    enough: before.some(({ clear }) => clear),
    growing: connections.growing,
    strained: strain !== null,
    limited,
    deliveries: deliveries.state,
  };
  const kind = verdict(facts);
  const because = kind === 'killed-by-unknown' ? ` ${whyUnknown(facts)}` : '';
  const sign = strain === null ? '' : `, ${strainText(strain)}`;
  const text = `It broke at ${secondsText(collapse.atMs)}. In the ${secondsText(connections.lastedMs)} before, ${connections.text}${sign}, and ${deliveries.text}.${because}`;
  const values = {
    connectionsBefore: connections.from,
    connectionsAtBreak: connections.to,
    inflowPerSec: rounded(deliveries.inflowPerSec),
    receivedPerSec: rounded(deliveries.receivedPerSec),
    outstanding: Math.round(deliveries.outstanding),
    lagMs: Math.round(deliveries.lagUs / 1000),
    ...(strain === null ? {} : { openingMs: Math.round(strain.openingUs / 1000) }),
  };
  return [found(kind, 'critical', collapse.atMs, text, values)];
}

type DeliveryState = 'none' | 'healthy' | 'backlog' | 'unclear';

interface Facts {
  readonly enough: boolean;
  readonly growing: boolean;
  readonly strained: boolean;
  readonly limited: boolean;
  readonly deliveries: DeliveryState;
}

function verdict({ enough, growing, strained, deliveries }: Facts): FindingKind {
  if (enough && !growing && deliveries === 'backlog') return 'killed-by-messages';
  if (enough && growing && strained && (deliveries === 'healthy' || deliveries === 'none'))
    return 'killed-by-connections';
  return 'killed-by-unknown';
}

function whyUnknown({ enough, growing, limited, deliveries }: Facts): string {
  const cannot = "What killed it can't be told, because";
  if (!enough) return `${cannot} there is no second before it in which the generator was well.`;
  if (growing && deliveries === 'backlog') return `${cannot} both grew.`;
  if (deliveries === 'unclear') return `${cannot} deliveries were neither healthy nor a backlog that grew.`;
  if (growing && limited) return `${cannot} what connects met with before it is explained by a limit.`;
  if (growing)
    return `${cannot} connections grew until then and nothing showed that they were too many: it can have been stopped.`;
  return `${cannot} neither connections nor a backlog of messages grew.`;
}

function strainText({ openingUs, openingAtFirstUs, refused }: Strain): string {
  return refused === null
    ? `half of the handshakes took longer than ${formatUs(openingUs)} at last (${formatUs(openingAtFirstUs)} at first)`
    : `${many(refused, 'connect')} failed in the last seconds, and none or few at first`;
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
