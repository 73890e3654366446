/* The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key (RFC 6455 section 4.2.2). */
#ifndef ACCEPT_KEY_H
#define ACCEPT_KEY_H

#include <stddef.h>

#define ACCEPT_LENGTH 28
/* 16 bytes in base64: what a key has to be. */
#define KEY_LENGTH 24

/* Writes ACCEPT_LENGTH characters, and no NUL. */
void acceptFor(const char key[KEY_LENGTH], char accept[ACCEPT_LENGTH]);

/* Writes 4 characters for each 3 bytes, padded. */
size_t base64(const unsigned char *bytes, size_t length, char *text);

#endif
