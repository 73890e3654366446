import type { Comparator, ThresholdPlan } from '../model/thresholds.js';
import { formatCount } from '../shared/units.js';
import { type Answer, type Question, marginOf } from './evaluate.js';
import { figureText, figureTexts } from './figure.js';
import { isAboutLeaving } from './leaving.js';
import type { JudgedWindow, WindowTally } from './tally.js';

const ASKED: Readonly<Record<Comparator, string>> = {
  '<': 'below ',
  '<=': 'at most ',
  '>': 'above ',
  '>=': 'at least ',
  '==': '',
  '!=': 'other than ',
};

/** What the whole run, or all that there is of it, says to a threshold: one sentence with figures. */
export function answerText({ threshold }: Question, answer: Answer): string {
  const { metric } = threshold;
  if (answer.observed === null) return tooFewText(threshold, answer);
  const [observed, bound] = figureTexts(answer.observed, threshold.bound, threshold.unit);
  const ofHowMany =
    threshold.unit === 'share' && answer.samples !== null ? ` of ${formatCount(answer.samples)}` : '';
  const said = `${metric} was ${observed}${ofHowMany}, and had to be ${ASKED[threshold.comparator]}${bound}`;
  switch (answer.outcome) {
    case 'unresolved':
      return `${said}: that can't be told, since the instrument's own error is up to ${errorText(answer)}.`;
    case 'miss':
      return `${said}${marginText(answer.observed, threshold, 'missed by ', '')}.`;
    default:
      return `${said}${marginText(answer.observed, threshold, '', ' to spare')}.`;
  }
}

/** What its windows say to a threshold. */
export function windowsText(tally: WindowTally): string {
  const { question, windows, outcome, worst } = tally;
  const { threshold } = question;
  const { judged, missed, tooFew, unresolved } = windows;
  if (worst === null) return noWindowText(threshold);
  const { observed } = worst.answer;
  if (observed === null) {
    const { samples, samplesNeeded } = worst.answer;
    const whose =
      tooFew === 1 ? 'the only window had' : `of ${formatCount(tooFew)} windows each had fewer: one only`;
    return `${threshold.metric} takes ${formatCount(samplesNeeded ?? 1)} samples to be told, and ${whose} ${formatCount(samples ?? 0)}.`;
  }
  const [figure, bound] = figureTexts(observed, threshold.bound, threshold.unit);
  const when = spanText(worst);
  const said = `${threshold.metric} was ${worstWord(threshold)}${figure}, ${when}, and had to be ${ASKED[threshold.comparator]}${bound}`;
  const all = judged + tooFew;
  const of = (count: number): string => `${formatCount(count)} of ${formatCount(all)} windows`;
  switch (outcome) {
    case 'miss':
      return all === 1
        ? `${said}${marginText(observed, threshold, 'missed by ', '')}.`
        : `${said}: missed in ${of(missed)}.`;
    case 'unresolved':
      return `${said}: that can't be told${all === 1 ? '' : ` in ${of(unresolved)}`}, since the instrument's own error is up to ${errorText(worst.answer)}.`;
    case 'too-few':
      return `${said}; but ${of(tooFew)} had fewer samples than the ${formatCount(worst.answer.samplesNeeded ?? 1)} that it can be told from.`;
    case 'pass':
      return all === 1
        ? `${said}${marginText(observed, threshold, '', ' to spare')}.`
        : `${said}: held in all ${formatCount(judged)} windows.`;
  }
}

/** The sentence of a miss, of one that ended the run after that many milliseconds. */
export function abortedText(text: string, atMs: number): string {
  return `${text.replace(/\.$/, '')}; it ended the run after ${secondsText(atMs)}.`;
}

/** Of a threshold about which nothing is known, and why: a clause. */
export function unknownText({ metric }: ThresholdPlan, why: string): string {
  return `${metric} can't be told: ${why}.`;
}

function tooFewText({ metric }: ThresholdPlan, { samples, samplesNeeded }: Answer): string {
  if (samplesNeeded !== null && samples !== null && samples > 0) {
    return `${metric} takes ${formatCount(samplesNeeded)} samples to be told, and there were ${formatCount(samples)}.`;
  }
  return `${metric} can't be told: there was nothing to tell it from.`;
}

function noWindowText({ metric, fromMs, windowMs }: ThresholdPlan): string {
  const what = windowMs === null ? 'nothing' : `no window of ${secondsText(windowMs)} with anything in it`;
  const since = fromMs === 0 ? '' : `from ${secondsText(fromMs)} on `;
  const end = isAboutLeaving(metric) ? 'run' : 'hold';
  return `${metric} can't be told: ${since}there was ${what} until the ${end} ended.`;
}

/** Of several windows the worst is told, and in which direction that is. */
function worstWord({ comparator, windowMs }: ThresholdPlan): string {
  if (windowMs === null || comparator === '==' || comparator === '!=') return '';
  return comparator === '<' || comparator === '<=' ? 'up to ' : 'down to ';
}

function spanText({ fromMs, toMs }: JudgedWindow): string {
  return `from ${secondsText(fromMs)} to ${secondsText(toMs)}`;
}

function secondsText(ms: number): string {
  return `${formatCount(ms / 1000)} s`;
}

function marginText(observed: number, threshold: ThresholdPlan, before: string, after: string): string {
  const margin = marginOf(observed, threshold);
  if (margin === null) return '';
  return `: ${before}${figureText(Math.abs(margin), 'share')}${after}`;
}

function errorText({ errorUs }: Answer): string {
  return figureText(errorUs ?? 0, 'us');
}
