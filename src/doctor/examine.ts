import type { Check, CheckId } from '../model/check.js';
import { MAX_SAMPLE_LENGTH, kindInfo } from '../model/failures.js';
import type { RunPlan } from '../model/plan.js';
import { classify } from '../session/classify.js';
import { type Endpoint, parseEndpoint } from '../session/endpoint.js';
import { nowUs, wallClock } from '../shared/clock.js';
import { type Secrets, maskUrl } from '../shared/mask.js';
import { formatCount, formatUs } from '../shared/units.js';
import { adviceFor } from './advice.js';
import { certificateCheck } from './certificate-check.js';
import { lookAtCertificate } from './certificate.js';
import { type Knock, addressesOf, knock, medianKnockUs } from './reach.js';
import { visit } from './visit.js';
import { visitChecks } from './visit-checks.js';

/** What was found of one target. */
export interface Examination {
  /** Secrets masked. */
  readonly url: string;
  /** In the order in which a connection gets to them; what comes after a failure is not there. */
  readonly checks: readonly Check[];
}

/** A name may resolve to any number of addresses, and a plan may have any number of targets. */
export const MAX_ADDRESSES = 16;
export const MAX_TARGETS = 16;
const KNOCKS = 5;

export interface Examined {
  readonly targets: readonly Examination[];
  /** How many more there are than MAX_TARGETS. */
  readonly leftOut: number;
}

/** Looks at the targets of a plan, up to MAX_TARGETS of them, side by side. Never rejects for what a target does. */
export async function examineTargets(plan: RunPlan, secrets: Secrets, runId: string): Promise<Examined> {
  const urls = [...new Set(plan.target.urls)];
  const looked = urls.slice(0, MAX_TARGETS);
  const targets = await Promise.all(looked.map((url) => new Examiner(plan, url, secrets, runId).examine()));
  return { targets, leftOut: urls.length - looked.length };
}

class Examiner {
  readonly #plan: RunPlan;
  readonly #endpoint: Endpoint;
  readonly #secrets: Secrets;
  readonly #runId: string;
  readonly #checks: Check[] = [];

  constructor(plan: RunPlan, url: string, secrets: Secrets, runId: string) {
    this.#plan = plan;
    this.#endpoint = parseEndpoint(url);
    this.#secrets = secrets;
    this.#runId = runId;
  }

  async examine(): Promise<Examination> {
    await this.#steps();
    const scrub = (text: string): string => this.#secrets.scrub(text);
    return {
      url: scrub(maskUrl(this.#endpoint.url)),
      checks: this.#checks.map(({ found, ...rest }) => ({ ...rest, found: scrub(found) })),
    };
  }

  /** Each is the way to the next. */
  async #steps(): Promise<void> {
    const addresses = await this.#resolve();
    if (addresses === null) return;
    const address = await this.#reach(addresses);
    if (address === null) return;
    if (this.#endpoint.secure && !(await this.#trust(address))) return;
    const { secure } = this.#endpoint;
    const found = await visit(this.#plan, this.#endpoint, this.#runId, (text) => this.#secrets.scrub(text));
    this.#checks.push(...visitChecks(this.#plan, found, secure));
  }

  async #resolve(): Promise<readonly string[] | null> {
    const { named, host } = this.#endpoint;
    if (!named) return [host];
    const answer = await addressesOf(host, this.#plan.timeoutsMs.dns, nowUs);
    if (!answer.ok) {
      this.#fails('dns', answer.code, answer.message);
      return null;
    }
    const { addresses } = answer;
    const shown = addresses.slice(0, MAX_ADDRESSES);
    const more =
      addresses.length > shown.length ? ` and ${formatCount(addresses.length - shown.length)} more` : '';
    const { addresses: used } = this.#plan.target;
    const spread = addresses.length > 1 ? `; target.addresses: ${used}` : '';
    this.#ok('resolve', `${host} is ${shown.join(', ')}${more}${spread}`);
    return shown;
  }

  /** Knocks at all addresses; the first that answers is gone on with. */
  async #reach(addresses: readonly string[]): Promise<string | null> {
    const { port } = this.#endpoint;
    const timeoutMs = this.#plan.timeoutsMs.tcp;
    const once = (address: string): Promise<Knock> => knock(address, port, timeoutMs, nowUs);
    const knocks = await Promise.all(
      addresses.map(async (address) => ({ address, result: await once(address) })),
    );
    const silent = knocks.flatMap(({ address, result }) => (result.ok ? [] : [{ address, ...result }]));
    const answering = knocks.find(({ result }) => result.ok)?.address ?? null;
    const [first] = silent;
    if (answering === null && first !== undefined) {
      this.#fails('tcp', first.code, first.message);
      return null;
    }
    const all = `${knocks.length - silent.length} of ${knocks.length} addresses answer on port ${port}`;
    const which = silent.map(({ address, code }) => `${address} ${code}`).join(', ');
    if (first === undefined || answering === null)
      this.#ok('tcp', knocks.length === 1 ? `port ${port} is open` : all);
    else this.#partly(`${all}; ${which}`);
    if (answering === null) return null;
    await this.#roundTrip(answering, once);
    return answering;
  }

  #partly(found: string): void {
    const all = this.#plan.target.addresses === 'all';
    const mend = all
      ? 'target.addresses: first, or start what does not answer'
      : 'start what does not answer';
    this.#checks.push({ id: 'tcp', status: all ? 'fail' : 'warn', found, mend });
  }

  /** The kernels' own: no server program has a part in it. */
  async #roundTrip(address: string, once: (address: string) => Promise<Knock>): Promise<void> {
    const us = await medianKnockUs(KNOCKS, () => once(address));
    if (us === null) {
      const mend = 'look at the accept queue of the server, and at what limits connections before it';
      this.#checks.push({ id: 'rtt', status: 'warn', found: 'not every TCP handshake was answered', mend });
      return;
    }
    this.#ok('rtt', `${formatUs(us)} (median of ${KNOCKS} TCP handshakes with ${address})`);
  }

  async #trust(address: string): Promise<boolean> {
    const { tls } = this.#plan.connect;
    const { tls: timeoutMs } = this.#plan.timeoutsMs;
    const scrub = (text: string): string => this.#secrets.scrub(text);
    const seen = await lookAtCertificate(this.#endpoint, address, tls, timeoutMs, scrub);
    if (!seen.ok) {
      this.#fails('tls', seen.code, seen.message);
      return false;
    }
    this.#checks.push(certificateCheck(seen, tls.insecure, wallClock()));
    return seen.untrusted === null || tls.insecure;
  }

  #ok(id: CheckId, found: string): void {
    this.#checks.push({ id, status: 'ok', found, mend: null });
  }

  #fails(stage: 'dns' | 'tcp' | 'tls', systemError: string, message: string): void {
    const { kind, sample, code } = classify(stage, { type: 'system', code: systemError, message });
    const failure = { stage, kind, code, sample: this.#secrets.scrub(sample).slice(0, MAX_SAMPLE_LENGTH) };
    this.#checks.push({
      id: stage === 'dns' ? 'resolve' : stage,
      status: 'fail',
      found: `${kindInfo(kind).title}: ${failure.sample}`,
      mend: adviceFor(failure, this.#endpoint.secure),
    });
  }
}
