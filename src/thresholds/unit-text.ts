import type { Family } from './family.js';

/** What bounds a metric of that family takes, as its table says it: `count, or % of connections.attempted`. */
export function unitText({ unit, shareOf }: Pick<Family, 'unit' | 'shareOf'>): string {
  switch (unit) {
    case 'us':
      return 'duration';
    case 'perSec':
      return 'rate';
    case 'bytes':
      return 'size';
    case 'count':
      return shareOf === null ? 'count' : `count, or % of ${shareOf}`;
  }
}
