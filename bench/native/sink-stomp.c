#define _GNU_SOURCE
#include "sink-stomp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "accept-key.h"
#include "sink-connection.h"
#include "sink-topics.h"
#include "websocket.h"

/* Answers are short; an id of the client's that makes one longer is refused. */
#define MAX_ANSWER 1024

struct Text {
  const char *at;
  size_t length;
};

struct Frame {
  struct Text command, destination, id, receipt;
  /* Whole lines that a MESSAGE has as its SEND had them. */
  struct Text passedOn;
  struct Text body;
};

static void sendFrame(int descriptor, int opcode, const void *payload, size_t length) {
  unsigned char frame[MAX_HEAD + MAX_ANSWER];
  size_t headBytes = writeHead(frame, opcode, length, NULL);
  memcpy(frame + headBytes, payload, length);
  sendBytes(descriptor, frame, headBytes + length);
}

static void sendStomp(int descriptor, const char *before, struct Text value, const char *after) {
  char frame[MAX_ANSWER];
  int length = snprintf(frame, sizeof frame, "%s%.*s%s", before, (int)value.length, value.at, after);
  /* The NUL that snprintf writes is the frame's own end. */
  if (length < MAX_ANSWER - 1) sendFrame(descriptor, OPCODE_TEXT, frame, (size_t)length + 1);
}

static void refuse(int descriptor, const char *message) {
  counts.errors++;
  sendStomp(descriptor, "ERROR\nmessage:", (struct Text){message, strlen(message)}, "\n\n");
}

static int is(struct Text text, const char *word) {
  return text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

/* The value of a field of an HTTP request, by its name in any case. */
static struct Text httpField(const char *request, size_t length, const char *name) {
  size_t nameLength = strlen(name);
  const char *end = request + length;
  for (const char *line = request; line != NULL && line + nameLength < end;) {
    if (strncasecmp(line, name, nameLength) == 0 && line[nameLength] == ':') {
      const char *value = line + nameLength + 1;
      while (value < end && *value == ' ') value++;
      const char *lineEnd = memchr(value, '\r', (size_t)(end - value));
      return (struct Text){value, lineEnd == NULL ? 0 : (size_t)(lineEnd - value)};
    }
    line = memchr(line, '\n', (size_t)(end - line));
    if (line != NULL) line++;
  }
  return (struct Text){NULL, 0};
}

static size_t takeUpgrade(int descriptor, const char *bytes, size_t length) {
  const char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  size_t requestLength = (size_t)(end + 4 - bytes);
  struct Text key = httpField(bytes, requestLength, "Sec-WebSocket-Key");
  struct Text offered = httpField(bytes, requestLength, "Sec-WebSocket-Protocol");
  char answer[512];
  if (key.length != KEY_LENGTH) {
    counts.errors++;
    int answerLength = snprintf(answer, sizeof answer, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    sendBytes(descriptor, (unsigned char *)answer, (size_t)answerLength);
    closeWhenSent(descriptor);
    return requestLength;
  }
  char accept[ACCEPT_LENGTH];
  acceptFor(key.at, accept);
  /* The first that is offered. */
  size_t chosen = offered.length;
  const char *comma = offered.length == 0 ? NULL : memchr(offered.at, ',', offered.length);
  if (comma != NULL) chosen = (size_t)(comma - offered.at);
  if (chosen > 100) chosen = 0;
  int answerLength =
      snprintf(answer, sizeof answer,
               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: %.*s\r\n%s%.*s%s\r\n",
               ACCEPT_LENGTH, accept, chosen == 0 ? "" : "Sec-WebSocket-Protocol: ", (int)chosen, offered.at,
               chosen == 0 ? "" : "\r\n");
  connections[descriptor].state = OPEN;
  sendBytes(descriptor, (unsigned char *)answer, (size_t)answerLength);
  return requestLength;
}

static int takeLine(const char **at, const char *end, struct Text *line) {
  const char *lineEnd = memchr(*at, '\n', (size_t)(end - *at));
  if (lineEnd == NULL) return 0;
  line->at = *at;
  line->length = (size_t)(lineEnd - *at);
  *at = lineEnd + 1;
  return 1;
}

static int takeHeader(struct Text line, const char *name, struct Text *value) {
  size_t length = strlen(name);
  if (line.length <= length || line.at[length] != ':' || memcmp(line.at, name, length) != 0) return 0;
  if (value->at == NULL) *value = (struct Text){line.at + length + 1, line.length - length - 1};
  return 1;
}

/* One STOMP frame, in place; `at` moves behind it. 0: it is not one. */
static int takeFrame(const char **at, const char *end, struct Frame *frame) {
  static char passedOn[MAX_INPUT];
  size_t passedBytes = 0;
  struct Text line, bodyLength = {NULL, 0};
  *frame = (struct Frame){.command = {NULL, 0}};
  if (!takeLine(at, end, &frame->command)) return 0;
  while (takeLine(at, end, &line) && line.length > 0) {
    if (takeHeader(line, "receipt", &frame->receipt) || takeHeader(line, "id", &frame->id) ||
        takeHeader(line, "content-length", &bodyLength))
      continue;
    takeHeader(line, "destination", &frame->destination);
    memcpy(passedOn + passedBytes, line.at, line.length + 1);
    passedBytes += line.length + 1;
  }
  frame->passedOn = (struct Text){passedOn, passedBytes};
  const char *bodyEnd;
  if (bodyLength.at == NULL) {
    bodyEnd = memchr(*at, '\0', (size_t)(end - *at));
    if (bodyEnd == NULL) return 0;
  } else {
    unsigned long bytes = strtoul(bodyLength.at, NULL, 10);
    if (bytes >= (size_t)(end - *at)) return 0;
    bodyEnd = *at + bytes;
  }
  frame->body = (struct Text){*at, (size_t)(bodyEnd - *at)};
  *at = bodyEnd + 1;
  return 1;
}

/* 0: refused. */
static int takeSubscribe(int descriptor, const struct Frame *frame) {
  struct Connection *connection = &connections[descriptor];
  if (connection->topic >= 0) {
    refuse(descriptor, "one subscription a connection is what this sink has");
    return 0;
  }
  if (frame->id.length == 0 || frame->id.length > MAX_SUBSCRIPTION_ID) {
    refuse(descriptor, "the id of a subscription is 1 to 23 bytes here");
    return 0;
  }
  memcpy(connection->id, frame->id.at, frame->id.length);
  connection->idLength = (uint8_t)frame->id.length;
  if (frame->destination.length > 0 && subscribe(descriptor, frame->destination.at, frame->destination.length))
    return 1;
  refuse(descriptor, "no destination, one that is too long, or too many of them");
  return 0;
}

static void takeStomp(int descriptor, const struct Frame *frame) {
  if (is(frame->command, "CONNECT") || is(frame->command, "STOMP")) {
    sendStomp(descriptor, "CONNECTED\nversion:1.2\nheart-beat:0,0\nserver:sink", (struct Text){"", 0}, "\n\n");
  } else if (is(frame->command, "SUBSCRIBE")) {
    if (!takeSubscribe(descriptor, frame)) return;
  } else if (is(frame->command, "UNSUBSCRIBE")) {
    unsubscribe(descriptor);
  } else if (is(frame->command, "SEND") && frame->destination.at != NULL) {
    counts.sends++;
    publish(frame->destination.at, frame->destination.length, frame->passedOn.at, frame->passedOn.length,
            frame->body.at, frame->body.length);
  }
  if (frame->receipt.at != NULL) sendStomp(descriptor, "RECEIPT\nreceipt-id:", frame->receipt, "\n\n");
}

static void takeMessage(int descriptor, const char *payload, size_t length) {
  const char *at = payload, *end = payload + length;
  while (at < end && connections[descriptor].state == OPEN) {
    /* Heart-beats, and what may follow a frame. */
    if (*at == '\n' || *at == '\r') {
      at++;
      continue;
    }
    struct Frame frame;
    if (!takeFrame(&at, end, &frame)) {
      refuse(descriptor, "not a whole STOMP frame in one WebSocket message");
      return;
    }
    takeStomp(descriptor, &frame);
  }
}

static void takeWebSocketFrame(int descriptor, const struct FrameHead *head, unsigned char *payload) {
  size_t length = (size_t)head->payloadBytes;
  applyMask(payload, length, head->mask);
  switch (head->opcode) {
    case OPCODE_TEXT:
    case OPCODE_BINARY:
      takeMessage(descriptor, (const char *)payload, length);
      return;
    case OPCODE_PING:
      if (length <= 125) sendFrame(descriptor, OPCODE_PONG, payload, length);
      return;
    case OPCODE_CLOSE:
      /* By RFC 6455 section 7.1.1 the server closes TCP first. */
      sendFrame(descriptor, OPCODE_CLOSE, payload, length >= 2 ? 2 : 0);
      closeWhenSent(descriptor);
  }
}

size_t takeInput(int descriptor, unsigned char *bytes, size_t length) {
  size_t at = 0;
  if (connections[descriptor].state == UPGRADING) {
    at = takeUpgrade(descriptor, (const char *)bytes, length);
    if (at == 0) return 0;
  }
  struct FrameHead head;
  while (connections[descriptor].state == OPEN && readHead(bytes + at, length - at, &head)) {
    if (head.mask == NULL || !head.final || head.payloadBytes > MAX_INPUT - MAX_HEAD) {
      counts.errors++;
      closeNow(descriptor);
      return length;
    }
    if (length - at < head.headBytes + head.payloadBytes) return at;
    takeWebSocketFrame(descriptor, &head, bytes + at + head.headBytes);
    at += head.headBytes + (size_t)head.payloadBytes;
  }
  /* Of a connection that is about to end nothing is read any more. */
  return connections[descriptor].state == OPEN ? at : length;
}
