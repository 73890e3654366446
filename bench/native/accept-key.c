#include "accept-key.h"

#include <stdint.h>
#include <string.h>

static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static uint32_t rotated(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void sha1Block(uint32_t state[5], const unsigned char *block) {
  uint32_t w[80];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 80; i++) w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 80; i++) {
    uint32_t f, k;
    if (i < 20) f = (b & c) | (~b & d), k = 0x5a827999;
    else if (i < 40) f = b ^ c ^ d, k = 0x6ed9eba1;
    else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8f1bbcdc;
    else f = b ^ c ^ d, k = 0xca62c1d6;
    uint32_t next = rotated(a, 5) + f + e + k + w[i];
    e = d, d = c, c = rotated(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

/* FIPS 180-4, of a text that is shorter than two blocks by its padding. */
static void sha1(const unsigned char *text, size_t length, unsigned char digest[20]) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  unsigned char blocks[128] = {0};
  size_t end = length + 9 <= 64 ? 64 : 128;
  memcpy(blocks, text, length);
  blocks[length] = 0x80;
  for (int i = 0; i < 8; i++) blocks[end - 1 - i] = (unsigned char)((uint64_t)length * 8 >> 8 * i);
  for (size_t at = 0; at < end; at += 64) sha1Block(state, blocks + at);
  for (int i = 0; i < 20; i++) digest[i] = (unsigned char)(state[i / 4] >> (24 - i % 4 * 8));
}

size_t base64(const unsigned char *bytes, size_t length, char *text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t at = 0;
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
    text[at++] = digits[group >> 18];
    text[at++] = digits[group >> 12 & 63];
    text[at++] = left > 1 ? digits[group >> 6 & 63] : '=';
    text[at++] = left > 2 ? digits[group & 63] : '=';
  }
  return at;
}

void acceptFor(const char key[KEY_LENGTH], char accept[ACCEPT_LENGTH]) {
  unsigned char text[KEY_LENGTH + sizeof GUID - 1];
  unsigned char digest[20];
  memcpy(text, key, KEY_LENGTH);
  memcpy(text + KEY_LENGTH, GUID, sizeof GUID - 1);
  sha1(text, sizeof text, digest);
  base64(digest, sizeof digest, accept);
}
