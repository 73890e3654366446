import { describe, expect, it } from 'vitest';
import { describeFaults } from './describe-faults.js';
import { loadText } from '../scenario/testing/load-text.js';

describe('describeFaults', () => {
  it('shows the seed, and each rule with whom and when it concerns', () => {
    const { plan } = loadText(`
target:
  embedded:
    faults:
      seed: 9
      faults:
        - { fault: never-upgrade, share: 12.5%, skip: 2000 }
        - { fault: upgrade-status, status: 503, from: 2s, until: 1m }
        - { fault: connected-delay, delay: { steps: { 5ms: 99.9%, 2s: 0.1% } } }
        - { fault: upgrade-delay, delay: { uniform: [5ms, 20ms] } }
        - { fault: receipt-delay, frames: [SEND], delay: { exponential: 10ms, max: 1s } }
        - { fault: message-delay, delay: 20ms, ofDeliveries: 1% }
        - { fault: close, after: 5s, code: 1011, reason: bye }
        - { fault: slow-drain, rate: 100/s }
`);
    expect(describeFaults(plan.target.broker!.faults!)).toEqual([
      'seed 9, 8 faults',
      'never-upgrade, 12.5% of the connections, not the first 2,000',
      'upgrade-status, status 503, from 2s, until 1m',
      'connected-delay, delay 5ms 99.9% / 2s 0.1%',
      'upgrade-delay, delay 5ms to 20ms',
      'receipt-delay, frames SEND, delay exponential, mean 10ms, at most 1s',
      'message-delay, delay 20ms, 1% of the deliveries',
      'close, after 5s, code 1011, reason bye',
      'slow-drain, deliveriesPerSec 100, then drop',
    ]);
  });
});
