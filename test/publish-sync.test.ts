import { expect, test } from 'vitest';
import { soundRun } from './support/sound-runs.js';

const RECEIPT_DELAY_MS = 50;

/** A broker that takes 50 ms to confirm a SEND, and a schedule that asks for one every 5 ms. */
const scenario = (receipt: boolean | 'sync'): Record<string, unknown> => ({
  name: 'one-by-one',
  target: {
    embedded: {
      faults: {
        faults: [{ fault: 'receipt-delay', frames: ['SEND'], delay: `${RECEIPT_DELAY_MS}ms` }],
      },
    },
  },
  connect: { connections: 10, rate: '100/s' },
  subscribe: [{ destination: '/topic/{{ run }}' }],
  publish: [{ destination: '/topic/{{ run }}', rate: '200/s', receipt }],
  hold: '1500ms',
});

test.concurrent(
  'messages that are sent one by one are said to be late, and the rest not to be sent',
  { timeout: 80_000 },
  async () => {
    const { exitCode, result, run } = await soundRun(scenario('sync'));
    const { publishing, deliveries, verdict } = result;
    expect(publishing.due).toBeGreaterThan(200);
    expect(publishing.sent).toBeLessThanOrEqual(1 + result.run.durationMs / RECEIPT_DELAY_MS);
    expect(publishing.unsent).toBe(publishing.due - publishing.sent);
    expect(publishing.lagUs?.p50).toBeGreaterThan(RECEIPT_DELAY_MS * 1000);
    // Each that was sent came, and took no time: but not from when the schedule had asked for it.
    expect(deliveries).toMatchObject({ published: publishing.sent, lost: 0 });
    expect(deliveries.latencyFromDueUs?.p99).toBeGreaterThan(2 * (deliveries.latencyUs?.p99 ?? 0));
    expect(run.stdout.replace(/\s+/g, ' ')).toContain('Of deliveries read the row from due');
    expect(exitCode).toBe(5);
    expect(verdict.reasons).toContain(
      `${publishing.unsent} messages that the schedule asked for could not be sent.`,
    );
  },
);

test.concurrent(
  'the same broker slows nobody down who does not wait for it',
  { timeout: 80_000 },
  async () => {
    const { exitCode, result } = await soundRun(scenario(true));
    expect(result.publishing).toMatchObject({ sent: result.publishing.due, unsent: 0, receiptsMissing: 0 });
    expect(result.publishing.receiptUs?.min).toBeGreaterThan(RECEIPT_DELAY_MS * 900);
    expect(exitCode).toBe(0);
  },
);
