/* The sink's connections, by their descriptor, and bytes on their way to them. */
#ifndef SINK_CONNECTION_H
#define SINK_CONNECTION_H

#include <stddef.h>
#include <stdint.h>

/* Longer frames of clients, and longer upgrade requests, are refused. */
#define MAX_INPUT (256 * 1024)
/* What may wait for one client that does not read; further frames are dropped, whole, and counted. */
#define MAX_WAITING (1024 * 1024)
#define MAX_SUBSCRIPTION_ID 23

enum ConnectionState { FREE = 0, LISTENING, UPGRADING, OPEN, CLOSING };

struct Bytes {
  size_t length;
  unsigned char bytes[];
};

struct Connection {
  uint8_t state;
  uint8_t idLength;
  char id[MAX_SUBSCRIPTION_ID];
  /* -1: no subscription. */
  int32_t topic;
  /* Where it stands among its topic's subscribers. */
  uint32_t position;
  /* The start of a frame whose rest has not come; mostly NULL. */
  struct Bytes *input;
  /* What the socket did not take; mostly NULL. */
  struct Bytes *waiting;
};

struct Counts {
  long accepted, refused, open, peakOpen, subscribed, sends, deliveries, writes, dropped, errors;
};

extern struct Connection *connections;
extern struct Counts counts;
extern int poller;

void allocateConnections(long openFiles);
/* 0: what is waiting and this together would be too much; nothing of it is sent. */
int sendBytes(int descriptor, const unsigned char *bytes, size_t length);
/* The socket takes bytes again. */
void sendWaiting(int descriptor);
/* At once, or when what is waiting has been sent. */
void closeWhenSent(int descriptor);
void closeNow(int descriptor);

#endif
