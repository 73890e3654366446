/**
 * Every way in which bytes from a target can break HTTP/1.1 (RFC 9112), RFC 6455 or STOMP, and the WebSocket
 * close code that answers it (RFC 6455 section 7.4.1): 1002 protocol error, 1007 not UTF-8, 1009 too big.
 */
const CLOSE_CODE_OF = {
  'http-malformed': 1002,
  'http-too-large': 1009,
  'ws-reserved-bits': 1002,
  'ws-opcode': 1002,
  'ws-masked': 1002,
  'ws-control-too-long': 1002,
  'ws-control-fragmented': 1002,
  'ws-continuation': 1002,
  'ws-length': 1002,
  'ws-too-large': 1009,
  'ws-utf8': 1007,
  'ws-close-code': 1002,
  'stomp-command': 1002,
  'stomp-header': 1002,
  'stomp-escape': 1002,
  'stomp-content-length': 1002,
  'stomp-nul': 1002,
  'stomp-eol': 1002,
  'stomp-too-large': 1009,
} as const;

export type WireFaultCode = keyof typeof CLOSE_CODE_OF;

/** A broken rule. Data, not an exception: the target is at fault, and whoever reads the bytes goes on. */
export interface WireFault {
  readonly code: WireFaultCode;
  /** One bounded sentence that names the rule; what it quotes of the target is printable ASCII. */
  readonly message: string;
  readonly closeCode: 1002 | 1007 | 1009;
}

export function wireFault(code: WireFaultCode, message: string): WireFault {
  return { code, message, closeCode: CLOSE_CODE_OF[code] };
}

const MAX_QUOTED_BYTES = 32;

/** The first bytes of a range between quotes, for a fault's message: printable ASCII only, bounded. */
export function quote(bytes: Buffer, start: number, end: number): string {
  const shown = Math.min(end, start + MAX_QUOTED_BYTES);
  const text = bytes.toString('latin1', start, shown).replace(/[^\x20-\x7e]/g, '.');
  return shown < end ? `"${text}…"` : `"${text}"`;
}
