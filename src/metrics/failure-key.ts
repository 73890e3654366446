import type { FailureDelta } from './snapshot.js';

/** What makes two failures one row. */
export function failureKey({
  role,
  phase,
  kind,
  code,
}: Pick<FailureDelta, 'role' | 'phase' | 'kind' | 'code'>): string {
  return `${role} ${phase} ${kind} ${String(code)}`;
}
