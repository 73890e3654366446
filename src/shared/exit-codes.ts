/** Every way a stompede process can end. Documented in docs/exit-codes.md; a test keeps the two equal. */
export const EXIT = {
  good: 0,
  ownFault: 1,
  usage: 2,
  machine: 3,
  unreachable: 4,
  missed: 5,
  unsound: 6,
  worse: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
