import type { LiveMetrics } from '../export/live-metrics.js';
import type { Env } from '../shared/env.js';
import { ownVersion } from '../shared/version.js';

export interface LiveMetricsFlags {
  /** --prometheus */
  readonly prometheus?: string;
  /** --otlp */
  readonly otlp?: string;
}

/** Of all flags of a run. */
export function liveMetricsFlags({ prometheus, otlp }: LiveMetricsFlags): LiveMetricsFlags {
  return { ...(prometheus === undefined ? {} : { prometheus }), ...(otlp === undefined ? {} : { otlp }) };
}

/**
 * What a run exports while it goes on, by its flags; null: nothing. Throws a StompedeError (`usage`) for an address or URL
 * that is none, and where the scrape endpoint can't listen. Who opens it closes it.
 */
export async function openLiveMetrics(
  { prometheus, otlp }: LiveMetricsFlags,
  env: Env,
  onNotice: (text: string) => void,
): Promise<LiveMetrics | null> {
  if (prometheus === undefined && otlp === undefined) return null;
  const { LiveMetrics } = await import('../export/live-metrics.js');
  const { parseListenAddress, parseOtlpUrl, pushEveryMs } = await import('../export/endpoints.js');
  const settings = {
    prometheus: prometheus === undefined ? null : parseListenAddress(prometheus),
    otlpUrl: otlp === undefined ? null : parseOtlpUrl(otlp),
    pushEveryMs: pushEveryMs(env.variables),
    version: ownVersion(),
  };
  return LiveMetrics.open({ settings, variables: env.variables, onNotice });
}
