/* Heads of RFC 6455 frames, read and written. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>

enum { OPCODE_TEXT = 1, OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };

#define MAX_HEAD 14

struct FrameHead {
  int final;
  int opcode;
  /* NULL: not masked. */
  const unsigned char *mask;
  size_t headBytes;
  uint64_t payloadBytes;
};

/* 1: the whole head is there. 0: more bytes are needed. */
int readHead(const unsigned char *bytes, size_t length, struct FrameHead *head);

/* The head of a final frame; returns its length. With a mask, its four bytes are written too. */
size_t writeHead(unsigned char *target, int opcode, size_t payloadBytes, const unsigned char *mask);

/* XORs in place (RFC 6455 section 5.3). */
void applyMask(unsigned char *payload, size_t length, const unsigned char mask[4]);

#endif
