#include "websocket.h"

#include <string.h>

int readHead(const unsigned char *bytes, size_t length, struct FrameHead *head) {
  if (length < 2) return 0;
  int masked = bytes[1] & 0x80;
  int shortLength = bytes[1] & 0x7f;
  size_t extended = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
  head->headBytes = 2 + extended + (masked ? 4 : 0);
  if (length < head->headBytes) return 0;
  head->final = bytes[0] & 0x80;
  head->opcode = bytes[0] & 0x0f;
  head->payloadBytes = extended == 0 ? (uint64_t)shortLength : 0;
  for (size_t i = 0; i < extended; i++) head->payloadBytes = head->payloadBytes << 8 | bytes[2 + i];
  head->mask = masked ? bytes + 2 + extended : NULL;
  return 1;
}

size_t writeHead(unsigned char *target, int opcode, size_t payloadBytes, const unsigned char *mask) {
  size_t extended = payloadBytes < 126 ? 0 : payloadBytes < 65536 ? 2 : 8;
  target[0] = (unsigned char)(0x80 | opcode);
  target[1] = (unsigned char)(extended == 0 ? payloadBytes : extended == 2 ? 126 : 127);
  for (size_t i = 0; i < extended; i++) target[2 + i] = (unsigned char)((uint64_t)payloadBytes >> 8 * (extended - 1 - i));
  if (mask == NULL) return 2 + extended;
  target[1] |= 0x80;
  memcpy(target + 2 + extended, mask, 4);
  return 6 + extended;
}

void applyMask(unsigned char *payload, size_t length, const unsigned char mask[4]) {
  uint64_t wide;
  unsigned char twice[8];
  memcpy(twice, mask, 4);
  memcpy(twice + 4, mask, 4);
  memcpy(&wide, twice, 8);
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    uint64_t word;
    memcpy(&word, payload + at, 8);
    word ^= wide;
    memcpy(payload + at, &word, 8);
  }
  for (; at < length; at++) payload[at] ^= mask[at & 3];
}
