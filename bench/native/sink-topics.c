#include "sink-topics.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "sink-connection.h"
#include "websocket.h"

/* A batch is written before it is full when its messages are longer than this together. */
#define MAX_BATCH_BYTES (512 * 1024)
#define MAX_BATCH 64

struct Topic {
  char *name;
  size_t nameLength;
  int32_t *subscribers;
  uint32_t subscriberCount, subscriberRoom;
  /* MESSAGEs of a batch, one after the other, each without its subscription header. */
  unsigned char *batch;
  size_t batchBytes;
  int batched;
  size_t ends[MAX_BATCH];
};

static struct Topic *topics[MAX_TOPICS];
static int topicCount;
static int batchSize = 1;
static int batchesOpen;
static long messageId;

/* FNV-1a, open addressing: a topic stays where it is for ever. */
static int slotOf(const char *name, size_t length) {
  uint32_t hash = 0x811c9dc5;
  for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 0x01000193;
  int slot = (int)(hash % MAX_TOPICS);
  while (topics[slot] != NULL && (topics[slot]->nameLength != length || memcmp(topics[slot]->name, name, length) != 0))
    slot = (slot + 1) % MAX_TOPICS;
  return slot;
}

int subscribe(int descriptor, const char *name, size_t length) {
  int slot = slotOf(name, length);
  if (topics[slot] == NULL) {
    if (length > MAX_TOPIC_NAME || topicCount == MAX_TOPICS - 1) return 0;
    struct Topic *topic = calloc(1, sizeof *topic);
    if (topic == NULL || (topic->name = malloc(length)) == NULL) fail("malloc");
    memcpy(topic->name, name, length);
    topic->nameLength = length;
    topics[slot] = topic;
    topicCount++;
  }
  struct Topic *topic = topics[slot];
  if (topic->subscriberCount == topic->subscriberRoom) {
    topic->subscriberRoom = topic->subscriberRoom == 0 ? 16 : topic->subscriberRoom * 2;
    topic->subscribers = realloc(topic->subscribers, topic->subscriberRoom * sizeof *topic->subscribers);
    if (topic->subscribers == NULL) fail("realloc");
  }
  connections[descriptor].topic = slot;
  connections[descriptor].position = topic->subscriberCount;
  topic->subscribers[topic->subscriberCount++] = descriptor;
  counts.subscribed++;
  return 1;
}

void unsubscribe(int descriptor) {
  struct Connection *connection = &connections[descriptor];
  if (connection->topic < 0) return;
  struct Topic *topic = topics[connection->topic];
  int32_t last = topic->subscribers[--topic->subscriberCount];
  topic->subscribers[connection->position] = last;
  connections[last].position = connection->position;
  connection->topic = -1;
  counts.subscribed--;
}

static const char COMMAND[] = "MESSAGE\nsubscription:";

/* The batch as frames for subscribers of one id; the buffer is made anew for another id. */
static size_t framesFor(const struct Topic *topic, const struct Connection *connection, unsigned char *target) {
  size_t at = 0, from = 0;
  for (int i = 0; i < topic->batched; i++) {
    size_t rest = topic->ends[i] - from;
    at += writeHead(target + at, OPCODE_TEXT, sizeof COMMAND - 1 + connection->idLength + rest, NULL);
    memcpy(target + at, COMMAND, sizeof COMMAND - 1);
    at += sizeof COMMAND - 1;
    memcpy(target + at, connection->id, connection->idLength);
    at += connection->idLength;
    memcpy(target + at, topic->batch + from, rest);
    at += rest;
    from = topic->ends[i];
  }
  return at;
}

static void flush(struct Topic *topic) {
  if (topic->batched == 0) return;
  /* Heads and ids at most 64 bytes a frame. */
  static unsigned char *frames;
  static size_t room;
  if (room < topic->batchBytes + 64 * MAX_BATCH) {
    room = topic->batchBytes + 64 * MAX_BATCH;
    frames = realloc(frames, room);
    if (frames == NULL) fail("realloc");
  }
  const struct Connection *of = NULL;
  size_t length = 0;
  for (uint32_t i = 0; i < topic->subscriberCount; i++) {
    const struct Connection *connection = &connections[topic->subscribers[i]];
    if (of == NULL || of->idLength != connection->idLength || memcmp(of->id, connection->id, of->idLength) != 0) {
      of = connection;
      length = framesFor(topic, connection, frames);
    }
    if (sendBytes(topic->subscribers[i], frames, length)) counts.deliveries += topic->batched;
    else counts.dropped += topic->batched;
  }
  topic->batched = 0;
  topic->batchBytes = 0;
  batchesOpen--;
}

void setBatch(int batch) { batchSize = batch > MAX_BATCH ? MAX_BATCH : batch; }

void publish(const char *name, size_t nameLength, const char *headers, size_t headersLength, const char *body,
             size_t bodyLength) {
  struct Topic *topic = topics[slotOf(name, nameLength)];
  if (topic == NULL || topic->subscriberCount == 0) return;
  size_t most = headersLength + bodyLength + 80;
  unsigned char *batch = realloc(topic->batch, topic->batchBytes + most);
  if (batch == NULL) fail("realloc");
  topic->batch = batch;
  unsigned char *at = batch + topic->batchBytes;
  at += sprintf((char *)at, "\nmessage-id:%ld\n", messageId++);
  memcpy(at, headers, headersLength);
  at += headersLength;
  at += sprintf((char *)at, "content-length:%zu\n\n", bodyLength);
  memcpy(at, body, bodyLength);
  at += bodyLength;
  *at++ = '\0';
  topic->batchBytes = (size_t)(at - batch);
  topic->ends[topic->batched++] = topic->batchBytes;
  if (topic->batched == 1) batchesOpen++;
  if (topic->batched >= batchSize || topic->batchBytes > MAX_BATCH_BYTES) flush(topic);
}

void flushBatches(void) {
  for (int slot = 0; slot < MAX_TOPICS && batchesOpen > 0; slot++)
    if (topics[slot] != NULL) flush(topics[slot]);
}

int batchesWaiting(void) { return batchesOpen > 0; }
