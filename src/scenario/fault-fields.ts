import { LIMIT_ACTIONS, RECEIPT_FRAMES } from '../model/faults.js';
import { delay } from './delay-field.js';
import type { Fault } from './field.js';
import { percentage } from './percentages.js';
import { duration, wholeNumber } from './quantities.js';
import { list, refuseRepeated } from './section.js';
import { choice, lineSafe, text } from './texts.js';

/** The fields that several faults have in common. */

const DAY_MS = 86_400_000;

export const after = duration(0, 7 * DAY_MS, { description: 'How long after CONNECTED.' });

export const ofDeliveries = percentage({
  description: 'Of the deliveries to the connections concerned; the seed decides.',
});

export const howLong = delay({ description: 'How long each one is delayed.' });

export const limitAction = choice(LIMIT_ACTIONS, {
  description:
    '`hang`: TCP connects, and the upgrade is never answered. `reset`: RST. Or an HTTP status in place of the upgrade.',
});

export const receiptFrames = list(
  choice(RECEIPT_FRAMES, { description: 'A frame that can ask for a receipt.' }),
  RECEIPT_FRAMES,
  { description: 'The receipts of which frames.', minItems: 1 },
).check(refuseRepeated);

export function message(byDefault: string) {
  return text({ description: 'The `message` header of the ERROR.' }, lineSafe).prefault(byDefault);
}

/** RFC 6455 §7.4: the codes that an endpoint may send. */
export function closeCode(byDefault: string) {
  return wholeNumber(1000, 4999, { description: 'The close code.' })
    .check((context) => {
      const code = context.value;
      const isReserved = [1004, 1005, 1006].includes(code) || (code > 1014 && code < 3000);
      if (!isReserved) return;
      const params = { hint: 'write 1000 to 1003, 1007 to 1014, or 3000 to 4999' };
      context.issues.push({
        code: 'custom',
        input: code,
        message: 'nobody may send this close code',
        params,
      });
    })
    .prefault(byDefault);
}

export function closeReason(byDefault: string) {
  return text({ description: 'The reason beside the close code.' }, reasonFault).prefault(byDefault);
}

/** RFC 6455 §5.5: 125 bytes, two of them for the code. */
function reasonFault(value: string): Fault | undefined {
  if (Buffer.byteLength(value) <= 123) return undefined;
  return { fault: 'a reason has at most 123 bytes', hint: 'write a shorter one' };
}
