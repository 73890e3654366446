#include "sink-connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "options.h"
#include "sink-topics.h"

struct Connection *connections;
struct Counts counts;
int poller;

void allocateConnections(long openFiles) {
  /* Untouched pages of it take no memory. */
  connections = calloc((size_t)openFiles, sizeof *connections);
  if (connections == NULL) fail("calloc");
}

static void watch(int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event);
}

static int keepWaiting(struct Connection *connection, const unsigned char *bytes, size_t length) {
  size_t before = connection->waiting == NULL ? 0 : connection->waiting->length;
  struct Bytes *waiting = realloc(connection->waiting, sizeof *waiting + before + length);
  if (waiting == NULL) return 0;
  memcpy(waiting->bytes + before, bytes, length);
  waiting->length = before + length;
  connection->waiting = waiting;
  return 1;
}

int sendBytes(int descriptor, const unsigned char *bytes, size_t length) {
  struct Connection *connection = &connections[descriptor];
  if (connection->waiting != NULL) {
    if (connection->waiting->length + length > MAX_WAITING) return 0;
    return keepWaiting(connection, bytes, length);
  }
  counts.writes++;
  ssize_t sent = send(descriptor, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == (ssize_t)length) return 1;
  /* An error other than a full buffer comes to the reading side too, which ends the connection. */
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return 1;
  size_t done = sent < 0 ? 0 : (size_t)sent;
  if (!keepWaiting(connection, bytes + done, length - done)) fail("realloc");
  watch(descriptor, EPOLLIN | EPOLLOUT);
  return 1;
}

void sendWaiting(int descriptor) {
  struct Connection *connection = &connections[descriptor];
  struct Bytes *waiting = connection->waiting;
  if (waiting == NULL) return;
  counts.writes++;
  ssize_t sent = send(descriptor, waiting->bytes, waiting->length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
  if (sent >= 0 && (size_t)sent < waiting->length) {
    waiting->length -= (size_t)sent;
    memmove(waiting->bytes, waiting->bytes + sent, waiting->length);
    return;
  }
  free(waiting);
  connection->waiting = NULL;
  if (sent < 0 || connection->state == CLOSING) closeNow(descriptor);
  else watch(descriptor, EPOLLIN);
}

void closeWhenSent(int descriptor) {
  struct Connection *connection = &connections[descriptor];
  unsubscribe(descriptor);
  connection->state = CLOSING;
  if (connection->waiting == NULL) closeNow(descriptor);
}

void closeNow(int descriptor) {
  struct Connection *connection = &connections[descriptor];
  if (connection->state == FREE) return;
  unsubscribe(descriptor);
  free(connection->input);
  free(connection->waiting);
  *connection = (struct Connection){.state = FREE, .topic = -1};
  counts.open--;
  /* Takes it out of the poller too. */
  close(descriptor);
}
