/* Sends back what it receives over TCP, and knows no protocol: the limit for any echo server on this machine.
 *   cc -O3 -o raw-echo raw-echo.c && ./raw-echo PORT */
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
static char buffer[BUFFER];
static int epoll;

static void want(int fd, uint32_t events) {
  struct epoll_event e = { .events = events, .data.fd = fd };
  epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
}

static void drop(int fd) {
  free(rests[fd].bytes);
  rests[fd] = (struct rest){ 0 };
  close(fd);
}

/* How many bytes the kernel took, or -1 when the connection has failed. */
static ssize_t put(int fd, const char *bytes, size_t length) {
  ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
  return n < 0 && errno == EAGAIN ? 0 : n;
}

static void on_readable(int fd) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) { drop(fd); return; }
  ssize_t sent = put(fd, buffer, (size_t)n);
  if (sent < 0) { drop(fd); return; }
  if (sent == n) return;
  struct rest *r = &rests[fd];
  r->length = (size_t)(n - sent);
  r->bytes = malloc(r->length);
  if (!r->bytes) { drop(fd); return; }
  memcpy(r->bytes, buffer + sent, r->length);
  want(fd, EPOLLOUT);
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
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) { fprintf(stderr, "usage: raw-echo PORT\n"); return 2; }
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])) };
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) { perror("raw-echo"); return 1; }
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
