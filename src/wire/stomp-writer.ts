import { escapeHeader } from './stomp-escape.js';
import type { StompVersion } from './stomp-version.js';

/** The end of line that a client sends as a heart-beat: the payload of a text frame. */
export const HEART_BEAT = '\n';

/**
 * One frame of a client as the payload of a WebSocket frame: `encodeFrame(OPCODE.text, encodeStomp(…))`
 * copies and masks it in one pass. A Buffer and not a string, since a body is bytes. Names and values are
 * escaped as the version says; CONNECT never is (STOMP 1.2 "Value Encoding"). content-length is written when
 * there is a body, and only here. Throws an Error for what the frame could not carry: the message never has
 * the value, which may be a passcode.
 */
export function encodeStomp(
  command: string,
  headers: readonly (readonly [name: string, value: string])[],
  version: StompVersion,
  body?: Buffer,
): Buffer {
  const escaping = command === 'CONNECT' ? '1.0' : version;
  let text = `${command}\n`;
  for (const [name, value] of headers) {
    if (name === 'content-length') throw new Error('content-length is written by the encoder.');
    const escapedName = escapeHeader(name, escaping);
    const escapedValue = escapeHeader(value, escaping);
    if (!WRITABLE_NAME.test(escapedName) || !WRITABLE_VALUE.test(escapedValue)) {
      throw new Error(
        `The STOMP ${version} frame ${command} cannot carry the header ${JSON.stringify(name)}.`,
      );
    }
    text += `${escapedName}:${escapedValue}\n`;
  }
  if (body === undefined) return Buffer.from(`${text}\n\0`);
  text += `content-length:${body.length}\n\n`;
  const headBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + body.length + 1);
  frame.write(text, 0);
  body.copy(frame, headBytes);
  frame[frame.length - 1] = 0;
  return frame;
}

/** After escaping. A CR that no escape covers could end a line for the reader, a NUL the frame. */
const WRITABLE_NAME = /^[^\0\r\n:]+$/;
const WRITABLE_VALUE = /^[^\0\r\n]*$/;
