/* The limit for any server on this machine, because it does next to nothing.   cc -O3 -o raw raw.c
 *   raw PORT             sends back what it receives over TCP, and knows no protocol
 *   raw PORT broadcast   answers every request with the 101 that wsload expects, and sends every message to all connections */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FDS = 20000, BUFFER = 256 * 1024 };

/* What the kernel did not take. While there is any, the connection is not read. */
struct rest { char *bytes; size_t length; };

static struct rest rests[MAX_FDS];
static char joined[MAX_FDS];
static char buffer[BUFFER], frames[BUFFER];
static int epoll, last_fd, broadcasts;

static void want(int fd, uint32_t events) {
  struct epoll_event e = { .events = events, .data.fd = fd };
  epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
}

static void drop(int fd) {
  free(rests[fd].bytes);
  rests[fd] = (struct rest){ 0 };
  joined[fd] = 0;
  close(fd);
}

/* How many bytes the kernel took, or -1 when the connection has failed. */
static ssize_t put(int fd, const char *bytes, size_t length) {
  ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
  return n < 0 && errno == EAGAIN ? 0 : n;
}

/* Sends, and keeps what the kernel does not take, behind what is kept already. */
static void give(int fd, const char *bytes, size_t length) {
  struct rest *r = &rests[fd];
  ssize_t sent = r->length ? 0 : put(fd, bytes, length);
  if (sent < 0) { drop(fd); return; }
  if ((size_t)sent == length) return;
  size_t left = length - (size_t)sent;
  char *more = realloc(r->bytes, r->length + left);
  if (!more) { drop(fd); return; }
  memcpy(more + r->length, bytes + sent, left);
  *r = (struct rest){ more, r->length + left };
  want(fd, EPOLLOUT);
}

/* The messages of one receive, unmasked once, in one send to each connection. Frames are short and whole, or the load is not ours. */
static void broadcast(int fd, size_t length) {
  size_t in = 0, out = 0;
  while (length - in >= 6) {
    const char *frame = buffer + in;
    size_t n = frame[1] & 0x7f;
    if (n > 125 || length - in < 6 + n) break;
    frames[out++] = frame[0];
    frames[out++] = (char)n;
    for (size_t i = 0; i < n; i++) frames[out++] = (char)(frame[6 + i] ^ frame[2 + (i & 3)]);
    in += 6 + n;
  }
  if (in < length) { drop(fd); return; }
  for (int to = 0; to <= last_fd; to++)
    if (joined[to]) give(to, frames, out);
}

static void on_readable(int fd) {
  static const char accepted[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) { drop(fd); return; }
  if (!broadcasts) {
    give(fd, buffer, (size_t)n);
  } else if (joined[fd]) {
    broadcast(fd, (size_t)n);
  } else {
    joined[fd] = 1;
    give(fd, accepted, sizeof accepted - 1);
  }
}

static void on_writable(int fd) {
  struct rest *r = &rests[fd];
  ssize_t sent = put(fd, r->bytes, r->length);
  if (sent < 0) { drop(fd); return; }
  r->length -= (size_t)sent;
  memmove(r->bytes, r->bytes + sent, r->length);
  if (r->length > 0) return;
  free(r->bytes);
  *r = (struct rest){ 0 };
  want(fd, EPOLLIN);
}

static void on_connection(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MAX_FDS) { close(fd); continue; }
    if (fd > last_fd) last_fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
  }
}

int main(int argc, char **argv) {
  broadcasts = argc == 3 && !strcmp(argv[2], "broadcast");
  if (argc != 2 + broadcasts) { fprintf(stderr, "usage: raw PORT [broadcast]\n"); return 2; }
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])) };
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) { perror("raw"); return 1; }
  epoll = epoll_create1(0);
  struct epoll_event first = { .events = EPOLLIN, .data.fd = listener }, ready[512];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &first);
  for (;;) {
    int n = epoll_wait(epoll, ready, 512, -1);
    for (int i = 0; i < n; i++) {
      int fd = ready[i].data.fd;
      if (fd == listener) on_connection(fd);
      else if (ready[i].events & EPOLLOUT) on_writable(fd);
      else on_readable(fd);
    }
  }
}
