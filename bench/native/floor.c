/*
 * The floor: the same work as a load generator's, and nothing measured. Connections are opened at a rate, or as many at
 * once as `in-flight` allows: TCP, upgrade, CONNECT, SUBSCRIBE with a receipt. Then one more publishes, and what comes
 * is read and its WebSocket frames are counted. Prints one line of JSON. bench/README.md has the options.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "accept-key.h"
#include "options.h"
#include "websocket.h"

#define MAX_TARGETS 1024
#define EVENTS 1024
#define READ_BYTES (64 * 1024)
#define MAX_BODY (64 * 1024)
#define RATE_TICK_MS 1
/* What is on its way after the last SEND. */
#define DRAIN_MS 3000

static const char *const OPTIONS[] = {"targets", "connections", "rate", "in-flight", "destination", "hold-ms",
                                      "publish-rate", "size", "deliveries", NULL};

enum Stage { UNUSED = 0, CONNECTING, UPGRADING, GREETING, SUBSCRIBING, SUBSCRIBED };

struct Client {
  uint8_t stage;
  uint8_t publishes;
  uint16_t target;
  /* The start of a head that was cut by the end of a read. */
  uint8_t headBytes;
  unsigned char head[MAX_HEAD];
  /* Of the frame that is being read: what is still to come of its payload. */
  uint64_t payloadLeft;
};

static struct sockaddr_in targets[MAX_TARGETS];
static char hosts[MAX_TARGETS][32];
static int targetCount;
static struct Client *clients;
static int poller;
static int publisher = -1;
static const char *destination;
static long opened, ready, inFlight, frames, reads, readBytes, sends, sendsLate;
static unsigned char input[READ_BYTES];

static void readTargets(const char *list) {
  char *copy = strdup(list), *rest = NULL;
  if (copy == NULL) fail("strdup");
  for (char *one = strtok_r(copy, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest)) {
    char *colon = strrchr(one, ':');
    if (colon == NULL || targetCount == MAX_TARGETS) fail("--targets takes address:port,address:port");
    snprintf(hosts[targetCount], sizeof hosts[0], "%s", one);
    *colon = '\0';
    targets[targetCount].sin_family = AF_INET;
    targets[targetCount].sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, one, &targets[targetCount].sin_addr) != 1) fail("--targets takes IPv4 addresses");
    targetCount++;
  }
  if (targetCount == 0) fail("--targets is missing");
  free(copy);
}

static void sendAll(int descriptor, const void *bytes, size_t length) {
  if (send(descriptor, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send");
}

static void randomBytes(unsigned char *target, size_t length) {
  static unsigned char pool[4096];
  static size_t left;
  if (left < length) {
    if (getrandom(pool, sizeof pool, 0) != sizeof pool) fail("getrandom");
    left = sizeof pool;
  }
  memcpy(target, pool + sizeof pool - left, length);
  left -= length;
}

/* `text` is the whole STOMP frame but for its NUL, which stands behind it. */
static void sendStomp(int descriptor, const char *text, size_t length) {
  static unsigned char frame[MAX_HEAD + MAX_BODY + 1024];
  unsigned char mask[4];
  randomBytes(mask, sizeof mask);
  size_t headBytes = writeHead(frame, OPCODE_TEXT, length + 1, mask);
  memcpy(frame + headBytes, text, length + 1);
  applyMask(frame + headBytes, length + 1, mask);
  sendAll(descriptor, frame, headBytes + length + 1);
}

static void openOne(int publishes) {
  int one = 1;
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  struct Client *client = &clients[descriptor];
  *client = (struct Client){.stage = CONNECTING, .publishes = (uint8_t)publishes};
  client->target = (uint16_t)(publishes ? 0 : opened % targetCount);
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(descriptor, (struct sockaddr *)&targets[client->target], sizeof targets[0]) != 0 && errno != EINPROGRESS)
    fail("connect");
  struct epoll_event event = {.events = EPOLLOUT, .data.fd = descriptor};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
  inFlight++;
  if (!publishes) opened++;
}

static void upgrade(int descriptor) {
  struct Client *client = &clients[descriptor];
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    errno = error;
    fail("connect");
  }
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event) != 0) fail("epoll_ctl");
  unsigned char nonce[16];
  char key[KEY_LENGTH], request[512];
  randomBytes(nonce, sizeof nonce);
  base64(nonce, sizeof nonce, key);
  int requestLength = snprintf(request, sizeof request,
                               "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Key: %.*s\r\nSec-WebSocket-Version: 13\r\n"
                               "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n",
                               hosts[client->target], KEY_LENGTH, key);
  client->stage = UPGRADING;
  sendAll(descriptor, request, (size_t)requestLength);
}

static void step(int descriptor) {
  struct Client *client = &clients[descriptor];
  static const char CONNECT[] = "CONNECT\naccept-version:1.2\nhost:127.0.0.1\nheart-beat:0,0\n\n";
  char text[512];
  if (client->stage == UPGRADING) {
    client->stage = GREETING;
    sendStomp(descriptor, CONNECT, sizeof CONNECT - 1);
  } else if (client->stage == GREETING && client->publishes) {
    client->stage = SUBSCRIBED;
    publisher = descriptor;
    inFlight--;
  } else if (client->stage == GREETING) {
    client->stage = SUBSCRIBING;
    int length = snprintf(text, sizeof text, "SUBSCRIBE\nid:sub-0\ndestination:%s\nack:auto\nreceipt:s0\n\n", destination);
    sendStomp(descriptor, text, (size_t)length);
  } else if (client->stage == SUBSCRIBING) {
    client->stage = SUBSCRIBED;
    ready++;
    inFlight--;
  } else {
    frames++;
  }
}

/* Counts the frames that end in it; a frame may go over any number of reads, and be cut within its head. */
static void takeFrames(int descriptor, const unsigned char *bytes, size_t length) {
  struct Client *client = &clients[descriptor];
  size_t at = 0;
  while (at < length) {
    if (client->payloadLeft > 0) {
      size_t part = client->payloadLeft < length - at ? (size_t)client->payloadLeft : length - at;
      client->payloadLeft -= part;
      at += part;
      if (client->payloadLeft == 0) step(descriptor);
      continue;
    }
    struct FrameHead head;
    if (client->headBytes > 0) {
      client->head[client->headBytes++] = bytes[at++];
      if (!readHead(client->head, client->headBytes, &head)) continue;
      client->headBytes = 0;
    } else if (readHead(bytes + at, length - at, &head)) {
      at += head.headBytes;
    } else {
      client->headBytes = (uint8_t)(length - at);
      memcpy(client->head, bytes + at, length - at);
      return;
    }
    if (head.opcode != OPCODE_TEXT && head.opcode != OPCODE_BINARY) fail("a frame that no MESSAGE comes in");
    client->payloadLeft = head.payloadBytes;
    if (client->payloadLeft == 0) step(descriptor);
  }
}

static void readSome(int descriptor) {
  ssize_t came = recv(descriptor, input, sizeof input, 0);
  if (came < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (came <= 0) fail("the server closed");
  reads++;
  readBytes += came;
  if (clients[descriptor].stage != UPGRADING) {
    takeFrames(descriptor, input, (size_t)came);
    return;
  }
  static const char STATUS[] = "HTTP/1.1 101 ";
  const unsigned char *end = memmem(input, (size_t)came, "\r\n\r\n", 4);
  if (came < (ssize_t)sizeof STATUS || memcmp(input, STATUS, sizeof STATUS - 1) != 0 || end == NULL) fail("upgrade");
  step(descriptor);
}

static void turn(int timeoutMs) {
  struct epoll_event events[EVENTS];
  int count = epoll_wait(poller, events, EVENTS, timeoutMs);
  for (int i = 0; i < count; i++) {
    int descriptor = events[i].data.fd;
    if (clients[descriptor].stage == CONNECTING) upgrade(descriptor);
    else readSome(descriptor);
  }
}

static void openAll(long count, long ratePerSec, long maxInFlight) {
  double startUs = nowUs();
  while (ready < count) {
    double due = ratePerSec == 0 ? (double)count : (nowUs() - startUs) / 1e6 * (double)ratePerSec;
    while (opened < count && inFlight < maxInFlight && (double)opened < due) openOne(0);
    turn(ratePerSec > 0 && opened < count ? RATE_TICK_MS : 1000);
    if (nowUs() - startUs > 600e6) fail("opening took longer than ten minutes");
  }
}

static void publishOne(long size) {
  static char text[MAX_BODY + 600];
  /* As long as a stamp, and as its rest. */
  int length = snprintf(text, 600, "SEND\ndestination:%s\ncontent-type:text/plain\ncontent-length:%ld\n\n", destination,
                        size);
  memset(text + length, 'x', (size_t)size);
  text[length + size] = '\0';
  sendStomp(publisher, text, (size_t)(length + size));
  sends++;
}

static void hold(long holdMs, long ratePerSec, long size, long deliveries) {
  double startUs = nowUs(), endUs = startUs + (double)holdMs * 1e3;
  while (nowUs() < endUs && ratePerSec == 0) turn(100);
  while (nowUs() < endUs && ratePerSec > 0) {
    double due = (nowUs() - startUs) / 1e6 * (double)ratePerSec;
    if ((double)sends + 1 < due) sendsLate++;
    while ((double)sends < due) publishOne(size);
    double nextMs = ((double)sends / (double)ratePerSec * 1e6 + startUs - nowUs()) / 1e3;
    turn(nextMs < 1 ? 1 : nextMs > 100 ? 100 : (int)nextMs);
  }
  double drainedUs = nowUs() + DRAIN_MS * 1e3;
  while (nowUs() < drainedUs && ratePerSec > 0 && frames < sends * deliveries) turn(100);
}

int main(int argc, char **argv) {
  checkOptions(argc, argv, OPTIONS);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  readTargets(textOption(argc, argv, "targets", ""));
  long count = numberOption(argc, argv, "connections", 1000, 1, 2000000);
  long ratePerSec = numberOption(argc, argv, "rate", 0, 0, 1000000);
  long maxInFlight = numberOption(argc, argv, "in-flight", 500, 1, 1000000);
  long holdMs = numberOption(argc, argv, "hold-ms", 0, 0, 36000000);
  long publishRate = numberOption(argc, argv, "publish-rate", 0, 0, 100000);
  long size = numberOption(argc, argv, "size", 100, 1, MAX_BODY);
  /* Of one SEND: fewer than connections where a publisher reaches one of several sinks only. */
  long deliveries = numberOption(argc, argv, "deliveries", count, 0, count);
  destination = textOption(argc, argv, "destination", "/topic/a");
  if (strlen(destination) > 255) fail("--destination");

  clients = calloc((size_t)openFiles(), sizeof *clients);
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (clients == NULL || poller < 0) fail("epoll_create1");

  long residentBefore = residentBytes();
  double openStartUs = nowUs(), cpuBefore = cpuUs();
  openAll(count, ratePerSec, maxInFlight);
  double openCpuUs = cpuUs() - cpuBefore, openWallUs = nowUs() - openStartUs;
  long residentAfter = residentBytes();

  if (publishRate > 0) {
    openOne(1);
    while (publisher < 0) turn(1000);
  }
  frames = reads = readBytes = 0;
  double holdCpuBefore = cpuUs(), holdStartUs = nowUs();
  hold(holdMs, publishRate, size, deliveries);
  double holdCpuUs = cpuUs() - holdCpuBefore, holdWallUs = nowUs() - holdStartUs;

  printf(
      "{\"connections\":%ld,\"openCpuUs\":%.0f,\"openWallUs\":%.0f,\"residentBytesBefore\":%ld,\"residentBytesOpen\":%ld,"
      "\"sends\":%ld,\"sendsLate\":%ld,\"messages\":%ld,\"reads\":%ld,\"readBytes\":%ld,\"holdCpuUs\":%.0f,"
      "\"holdWallUs\":%.0f}\n",
      ready, openCpuUs, openWallUs, residentBefore, residentAfter, sends, sendsLate, frames, reads, readBytes, holdCpuUs,
      holdWallUs);
  fflush(stdout);

  /* Ended by RST: nothing stays in TIME_WAIT for whoever is measured next. */
  struct linger atOnce = {.l_onoff = 1, .l_linger = 0};
  long limit = openFiles();
  for (long descriptor = 0; descriptor < limit; descriptor++)
    if (clients[descriptor].stage != UNUSED) setsockopt((int)descriptor, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
  return 0;
}
