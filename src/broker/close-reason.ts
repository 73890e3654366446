/** RFC 6455 §5.5: 125 bytes, two of them for the code; never within a character. */
export function shortReason(reason: string): string {
  let bytes = 0;
  let short = '';
  for (const character of reason) {
    bytes += Buffer.byteLength(character);
    if (bytes > 123) break;
    short += character;
  }
  return short;
}
