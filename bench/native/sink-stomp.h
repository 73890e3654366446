/* What a client of the sink says: the upgrade, RFC 6455 and as much of STOMP 1.2 as a load test needs. */
#ifndef SINK_STOMP_H
#define SINK_STOMP_H

#include <stddef.h>

/* Takes what has come in `bytes`, unmasking in place; returns how much of it was whole frames. */
size_t takeInput(int descriptor, unsigned char *bytes, size_t length);

#endif
