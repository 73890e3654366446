import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentSends } from './recent-sends.js';

describe('RecentSends', () => {
  it('tells of what was sent within the time that is kept, and was not confirmed', () => {
    const anySends = fc.array(
      fc.record({ gapUs: fc.nat(3000), destination: fc.nat(5), confirmed: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      // So many in one go that old ones are dropped.
      fc.property(anySends, fc.nat(2000), fc.nat(6000), (sends, burst, laterUs) => {
        const recent = new RecentSends(10);
        const model: { sentUs: number; destination: number; confirmed: boolean }[] = [];
        let sentUs = 1000;
        const all = sends.flatMap((send, i) =>
          i === 0 ? Array.from({ length: burst }, () => ({ ...send, gapUs: 1 })) : [send],
        );
        for (const { gapUs, destination, confirmed } of all) {
          sentUs += gapUs;
          recent.add(sentUs, destination);
          if (confirmed) recent.confirm(model.length);
          model.push({ sentUs, destination, confirmed });
        }
        const atUs = sentUs + laterUs;
        const told: [number, number][] = [];
        recent.forEachUnknown(atUs, (...one) => told.push(one));
        const unknown = model.filter((send) => !send.confirmed && send.sentUs >= atUs - 10_000);
        expect(told).toEqual(unknown.map((send) => [send.destination, send.sentUs]));
      }),
      { numRuns: 100 },
    );
  });

  it('takes no notice of a confirmation of what it never sent, or has forgotten', () => {
    const recent = new RecentSends(1);
    for (let i = 0; i < 5000; i++) recent.add(i * 10, 1);
    recent.confirm(0);
    recent.confirm(1e6);
    const told: number[] = [];
    recent.forEachUnknown(49_990, (_, sentUs) => told.push(sentUs));
    expect(told).toHaveLength(101);
  });
});
