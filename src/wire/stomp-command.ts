/** The frames that a server sends, in all versions of STOMP. */
export const COMMAND = { CONNECTED: 1, MESSAGE: 2, RECEIPT: 3, ERROR: 4 } as const;

export const LONGEST_COMMAND_BYTES = 'CONNECTED'.length;

/** The command that a line spells, or 0. */
export function commandAt(bytes: Buffer, start: number, end: number): number {
  switch (end - start) {
    case 7:
      if (startsLike('MESSAGE', bytes, start, end)) return COMMAND.MESSAGE;
      return startsLike('RECEIPT', bytes, start, end) ? COMMAND.RECEIPT : 0;
    case 9:
      return startsLike('CONNECTED', bytes, start, end) ? COMMAND.CONNECTED : 0;
    case 5:
      return startsLike('ERROR', bytes, start, end) ? COMMAND.ERROR : 0;
    default:
      return 0;
  }
}

/** Whether a range, of at most `LONGEST_COMMAND_BYTES`, can still become a command. */
export function beginsCommand(bytes: Buffer, start: number, end: number): boolean {
  return Object.keys(COMMAND).some((name) => startsLike(name, bytes, start, end));
}

function startsLike(name: string, bytes: Buffer, start: number, end: number): boolean {
  if (end - start > name.length) return false;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== name.charCodeAt(at - start)) return false;
  }
  return true;
}
