/*
 * A lean STOMP-over-WebSocket server for measuring clients: one thread of epoll a process, some hundred bytes a
 * connection, one subscription each. It listens on loopback unless told otherwise, prints where as one line of JSON, and
 * on SIGUSR1 and at its end what it has counted, one line a process. bench/README.md has the options.
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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "sink-connection.h"
#include "sink-stomp.h"
#include "sink-topics.h"

#define MAX_PROCESSES 256
#define MAX_PORTS 64
#define EVENTS 1024
#define ACCEPTS_A_TURN 256

static const char *const OPTIONS[] = {"address", "port", "ports", "processes", "batch", "batch-ms", "alone", NULL};

static volatile sig_atomic_t asked, ended;
static int listeners[MAX_PORTS], listenerCount, paused;
static pid_t children[MAX_PROCESSES];
static unsigned char input[MAX_INPUT];

static void onSignal(int signal) {
  if (signal == SIGUSR1) asked = 1;
  else ended = 1;
}

static int listenOn(const char *address, int port) {
  int one = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (listener < 0) fail("socket");
  if (inet_pton(AF_INET, address, &at.sin_addr) != 1) fail("--address");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  /* Accepted sockets have it from here. */
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0) fail("bind");
  if (listen(listener, 65535) != 0) fail("listen");
  return listener;
}

static int portOf(int listener) {
  struct sockaddr_in at;
  socklen_t length = sizeof at;
  if (getsockname(listener, (struct sockaddr *)&at, &length) != 0) fail("getsockname");
  return ntohs(at.sin_port);
}

static void watchListeners(int operation, uint32_t events) {
  for (int i = 0; i < listenerCount; i++) {
    struct epoll_event event = {.events = events, .data.fd = listeners[i]};
    if (epoll_ctl(poller, operation, listeners[i], &event) != 0) fail("epoll_ctl");
  }
}

static void acceptSome(int listener) {
  for (int i = 0; i < ACCEPTS_A_TURN; i++) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno == ECONNABORTED || errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      /* Out of files: whoever comes waits in the backlog until somebody leaves. */
      counts.refused++;
      paused = 1;
      watchListeners(EPOLL_CTL_MOD, 0);
      return;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    connections[descriptor] = (struct Connection){.state = UPGRADING, .topic = -1};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
    counts.accepted++;
    if (++counts.open > counts.peakOpen) counts.peakOpen = counts.open;
  }
}

static void readSome(int descriptor) {
  struct Connection *connection = &connections[descriptor];
  size_t held = 0;
  if (connection->input != NULL) {
    held = connection->input->length;
    memcpy(input, connection->input->bytes, held);
  }
  ssize_t came = recv(descriptor, input + held, sizeof input - held, 0);
  if (came < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (came <= 0) {
    closeNow(descriptor);
    return;
  }
  size_t length = held + (size_t)came;
  size_t taken = connection->state == CLOSING ? length : takeInput(descriptor, input, length);
  if (connection->state == FREE) return;
  size_t left = length - taken;
  if (left == sizeof input) {
    counts.errors++;
    closeNow(descriptor);
    return;
  }
  free(connection->input);
  connection->input = NULL;
  if (left == 0) return;
  connection->input = malloc(sizeof *connection->input + left);
  if (connection->input == NULL) fail("malloc");
  connection->input->length = left;
  memcpy(connection->input->bytes, input + taken, left);
}

static void printCounts(void) {
  char line[600];
  int length = snprintf(
      line, sizeof line,
      "{\"pid\":%d,\"open\":%ld,\"peakOpen\":%ld,\"accepted\":%ld,\"outOfFiles\":%ld,\"subscribed\":%ld,\"sends\":%ld,"
      "\"deliveries\":%ld,\"writes\":%ld,\"dropped\":%ld,\"errors\":%ld,\"cpuUs\":%.0f,\"residentBytes\":%ld}\n",
      getpid(), counts.open, counts.peakOpen, counts.accepted, counts.refused, counts.subscribed, counts.sends,
      counts.deliveries, counts.writes, counts.dropped, counts.errors, cpuUs(), residentBytes());
  /* In one piece: other processes write to the same pipe. */
  if (write(STDOUT_FILENO, line, (size_t)length) < 0) ended = 1;
}

static void serve(int batchMs) {
  sigset_t none;
  sigemptyset(&none);
  struct epoll_event events[EVENTS];
  double batchSinceUs = 0;
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) fail("epoll_create1");
  allocateConnections(openFiles());
  for (int i = 0; i < listenerCount; i++) connections[listeners[i]].state = LISTENING;
  watchListeners(EPOLL_CTL_ADD, EPOLLIN);
  while (!ended) {
    int count = epoll_pwait(poller, events, EVENTS, batchesWaiting() ? batchMs : -1, &none);
    if (asked) {
      asked = 0;
      printCounts();
    }
    for (int i = 0; i < count; i++) {
      int descriptor = events[i].data.fd;
      if (connections[descriptor].state == LISTENING) {
        acceptSome(descriptor);
        continue;
      }
      if (connections[descriptor].state == FREE) continue;
      if (events[i].events & EPOLLOUT) sendWaiting(descriptor);
      if (connections[descriptor].state != FREE && events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        readSome(descriptor);
      }
    }
    if (paused && counts.open < counts.peakOpen) {
      paused = 0;
      watchListeners(EPOLL_CTL_MOD, EPOLLIN);
    }
    if (!batchesWaiting()) batchSinceUs = 0;
    else if (batchSinceUs == 0) batchSinceUs = nowUs();
    else if (nowUs() - batchSinceUs >= batchMs * 1000.0) flushBatches();
  }
  printCounts();
}

static void serveInChild(int batchMs) {
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() == parent) serve(batchMs);
  exit(0);
}

/* Passes signals on to the children until the last of them has gone. */
static int mindChildren(int count, const sigset_t *signals) {
  int left = count, failed = 0;
  while (left > 0) {
    int signal = sigwaitinfo(signals, NULL);
    if (signal == SIGINT) signal = SIGTERM;
    for (int i = 0; i < count && (signal == SIGTERM || signal == SIGUSR1); i++)
      if (children[i] > 0) kill(children[i], signal);
    int status;
    pid_t gone;
    while ((gone = waitpid(-1, &status, WNOHANG)) > 0) {
      left--;
      for (int i = 0; i < count; i++)
        if (children[i] == gone) children[i] = 0;
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) failed = 1;
    }
  }
  return failed;
}

/* They are taken in one place only, so that none is lost between two looks. */
static void catchSignals(sigset_t *signals) {
  struct sigaction action = {.sa_handler = onSignal};
  const int each[] = {SIGUSR1, SIGTERM, SIGINT, SIGCHLD};
  sigemptyset(signals);
  for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
    sigaddset(signals, each[i]);
    if (each[i] != SIGCHLD) sigaction(each[i], &action, NULL);
  }
  sigprocmask(SIG_BLOCK, signals, NULL);
}

int main(int argc, char **argv) {
  checkOptions(argc, argv, OPTIONS);
  const char *address = textOption(argc, argv, "address", "127.0.0.1");
  int port = (int)numberOption(argc, argv, "port", 0, 0, 65535);
  int ports = (int)numberOption(argc, argv, "ports", 1, 1, MAX_PORTS);
  int processes = (int)numberOption(argc, argv, "processes", 1, 1, MAX_PROCESSES);
  int batchMs = (int)numberOption(argc, argv, "batch-ms", 1000, 1, 60000);
  setBatch((int)numberOption(argc, argv, "batch", 1, 1, 64));
  /* Otherwise it ends with whoever started it. */
  if (numberOption(argc, argv, "alone", 0, 0, 1) == 0) prctl(PR_SET_PDEATHSIG, SIGTERM);

  sigset_t signals;
  catchSignals(&signals);

  int all[MAX_PROCESSES][MAX_PORTS];
  printf("{\"processes\":[");
  for (int process = 0; process < processes; process++) {
    printf("%s[", process == 0 ? "" : ",");
    for (int i = 0; i < ports; i++) {
      all[process][i] = listenOn(address, port == 0 ? 0 : port + process * ports + i);
      printf("%s\"%s:%d\"", i == 0 ? "" : ",", address, portOf(all[process][i]));
    }
    printf("]");
  }
  printf("]}\n");
  fflush(stdout);
  listenerCount = ports;
  if (processes == 1) {
    memcpy(listeners, all[0], sizeof listeners);
    serve(batchMs);
    return 0;
  }
  for (int process = 0; process < processes; process++) {
    children[process] = fork();
    if (children[process] < 0) fail("fork");
    if (children[process] > 0) continue;
    for (int other = 0; other < processes; other++)
      for (int i = 0; i < ports && other != process; i++) close(all[other][i]);
    memcpy(listeners, all[process], sizeof listeners);
    serveInChild(batchMs);
  }
  for (int process = 0; process < processes; process++)
    for (int i = 0; i < ports; i++) close(all[process][i]);
  return mindChildren(processes, &signals);
}
