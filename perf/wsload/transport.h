// Bytes over TCP, or over TLS 1.3 with one cipher suite, so that every server does the same work.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "options.h"

constexpr ssize_t again = -2, failed = -1;

// A socket that does not block, on its way to the server; -1 with errno when there can be none.
inline int connect_socket(const Options &o, int number) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  if (fd < 0) return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (o.sources > 1) {
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<uint32_t>(number % o.sources));
    if (bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof address)) { close(fd); return -1; }
  }
  address.sin_port = htons(static_cast<uint16_t>(o.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) && errno != EINPROGRESS) { close(fd); return -1; }
  return fd;
}

// A port that nobody listens on, or 0.
inline int free_port() {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr *>(&address), length) || getsockname(fd, reinterpret_cast<sockaddr *>(&address), &length)) return 0;
  close(fd);
  return ntohs(address.sin_port);
}

#if __has_include(<openssl/ssl.h>)
#include <openssl/ssl.h>
constexpr bool has_tls = true;

class Tls {
 public:
  // The certificate is made for the run and nobody has signed it, so it is not verified.
  void start(int fd) {
    static SSL_CTX *const context = make_context();
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd);
    SSL_set_connect_state(ssl_);
  }
  void stop() {
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  bool on() const { return ssl_ != nullptr; }
  ssize_t handshake() { return outcome(SSL_do_handshake(ssl_)); }
  ssize_t read(void *p, size_t n) { return outcome(SSL_read(ssl_, p, static_cast<int>(n))); }
  ssize_t write(const void *p, size_t n) { return outcome(SSL_write(ssl_, p, static_cast<int>(n > (1u << 30) ? 1u << 30 : n))); }
  bool wants_write() const { return SSL_want_write(ssl_); }

 private:
  static SSL_CTX *make_context() {
    SSL_CTX *c = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(c, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(c, 1);
    return c;
  }
  ssize_t outcome(int n) {
    if (n > 0) return n;
    int e = SSL_get_error(ssl_, n);
    return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? again : e == SSL_ERROR_ZERO_RETURN ? 0 : failed;
  }

  SSL *ssl_ = nullptr;
};
#else
constexpr bool has_tls = false;

class Tls {
 public:
  void start(int) { refuse("this build has no OpenSSL"); }
  void stop() {}
  bool on() const { return false; }
  ssize_t handshake() { return failed; }
  ssize_t read(void *, size_t) { return failed; }
  ssize_t write(const void *, size_t) { return failed; }
  bool wants_write() const { return false; }
};
#endif
