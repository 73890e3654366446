/* Who has subscribed to what, and the fan-out of messages to them. */
#ifndef SINK_TOPICS_H
#define SINK_TOPICS_H

#include <stddef.h>

#define MAX_TOPICS 4096
#define MAX_TOPIC_NAME 255

/* 0: the topic's name is too long, or there are too many topics. */
int subscribe(int descriptor, const char *topic, size_t topicLength);
void unsubscribe(int descriptor);

/* MESSAGEs of one topic are written together, `batch` at a time. */
void setBatch(int batch);
/* `headers`: whole lines, destination among them. */
void publish(const char *topic, size_t topicLength, const char *headers, size_t headersLength, const char *body,
             size_t bodyLength);
/* Writes the batches that are not full; whether there were any is what batchesWaiting() says. */
void flushBatches(void);
int batchesWaiting(void);

#endif
