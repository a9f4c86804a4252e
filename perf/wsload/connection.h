// One connection: TCP, perhaps TLS, the opening handshake, then messages with their send times.
#pragma once
#include <strings.h>
#include <sys/epoll.h>

#include <string>
#include <vector>

#include "frames.h"
#include "process.h"
#include "transport.h"

enum class State : uint8_t { closed, connecting, securing, handshaking, greeting, open };

struct Connection {
  int fd = -1;
  State state = State::closed;
  bool wants_write = false;
  Tls tls;
  size_t position = 0;            // in the stream that is sent over and over
  uint64_t pending = 0;           // bytes that the kernel has not taken yet
  uint64_t received = 0;          // messages
  uint64_t raw = 0;               // bytes of the message that is not complete, without WebSocket
  std::vector<uint64_t> sent_at;  // a ring: one time for each message in flight
  size_t oldest = 0, newest = 0;
  size_t step = 0;                // of the opening, which is due
  int pongs = 0;                  // that are owed
  uint64_t opened_at = 0;
  FrameReader frames;
  std::string response;
};

class Load {
 public:
  const Options &options;
  SendStream stream;
  Totals totals;
  std::vector<Connection> connections;
  size_t open_count = 0;

  explicit Load(const Options &o) : options(o), stream(o), connections(static_cast<size_t>(o.connections)), epoll_(epoll_create1(0)) {
    request_ = "GET " + o.path + " HTTP/1.1\r\nHost: localhost:" + std::to_string(o.port) +
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
               "Sec-WebSocket-Version: 13\r\n";
    if (o.deflate) request_ += "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";
    request_ += "\r\n";
    pong_ = SendStream::text_frame(o, o.pong);
    for (auto &c : connections) c.sent_at.assign(static_cast<size_t>(o.depth) + 2, 0);
  }

  // What the last wait has found.
  epoll_event *ready() { return events_.data(); }
  int wait() { return epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), 100); }
  Connection &of(const epoll_event &e) { return connections[e.data.u32]; }

  void connect(Connection &c) {
    c.fd = connect_socket(options, sequence_++);
    if (c.fd < 0) { totals.lose(std::string("connect: ") + strerror(errno)); return; }
    c.opened_at = now();
    c.state = State::connecting;
    c.wants_write = true;
    c.position = 0;
    c.pending = 0;
    c.step = 0;
    c.pongs = 0;
    c.response.clear();
    c.frames = FrameReader();
    epoll_event e{};
    e.events = EPOLLIN | EPOLLOUT;
    e.data.u32 = static_cast<uint32_t>(&c - connections.data());
    epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &e);
  }

  // `why`: what the peer did wrong; null when we are done with it.
  void drop(Connection &c, const char *why) {
    if (c.fd < 0) return;
    if (c.state == State::open) open_count--;
    if (c.tls.on()) c.tls.stop();
    close(c.fd);
    c.fd = -1;
    c.state = State::closed;
    if (why) totals.lose(why);
  }

  ssize_t receive(Connection &c, void *p, size_t n) {
    if (c.tls.on()) return c.tls.read(p, n);
    ssize_t r = recv(c.fd, p, n, 0);
    return r < 0 ? errno == EAGAIN ? again : failed : r;
  }

  ssize_t transmit(Connection &c, const void *p, size_t n) {
    if (c.tls.on()) return c.tls.write(p, n);
    ssize_t r = send(c.fd, p, n, MSG_NOSIGNAL);
    return r < 0 ? errno == EAGAIN ? again : failed : r;
  }

  // Goes on with an opening; true when the connection has just become open.
  bool advance(Connection &c, uint32_t events) {
    if (c.state == State::connecting) {
      int error = 0;
      socklen_t length = sizeof error;
      getsockopt(c.fd, SOL_SOCKET, SO_ERROR, &error, &length);
      if (error || (events & EPOLLHUP)) { drop(c, "the server refused a connection"); return false; }
      if (!(events & EPOLLOUT)) return false;
      if (options.mode == "raw") return opened(c);
      if (!options.tls) return ask(c);
      c.tls.start(c.fd);
      c.state = State::securing;
    }
    if (c.state == State::securing) {
      ssize_t r = c.tls.handshake();
      if (r == again) { want_write(c, c.tls.wants_write()); return false; }
      if (r <= 0) { drop(c, "the TLS handshake failed"); return false; }
      return ask(c);
    }
    char buffer[2048];
    ssize_t n = receive(c, buffer, sizeof buffer);
    if (n == again) return false;
    if (n <= 0) { drop(c, "the server closed during the opening handshake"); return false; }
    if (c.state == State::greeting) return greet(c, buffer, static_cast<size_t>(n));
    c.response.append(buffer, static_cast<size_t>(n));
    size_t end = c.response.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    if (c.response.compare(0, 12, "HTTP/1.1 101") || c.response.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") > end) {
      totals.error("not 101 but: " + c.response.substr(0, c.response.find('\r')));
      drop(c, "no 101");
      return false;
    }
    if (options.deflate && !strcasestr(c.response.c_str(), "permessage-deflate")) totals.error("permessage-deflate was declined");
    std::string more = c.response.substr(end + 4);
    std::string().swap(c.response);
    if (!options.opening.empty()) {
      c.state = State::greeting;
      return greet(c, more.data(), more.size());
    }
    if (!more.empty()) totals.error("bytes behind the 101 that nobody asked for");
    return opened(c);
  }

  // Sends so many messages more.
  void post(Connection &c, int count, uint64_t time) {
    for (int i = 0; i < count; i++) {
      c.sent_at[c.newest] = time;
      if (++c.newest == c.sent_at.size()) c.newest = 0;
    }
    c.pending += static_cast<uint64_t>(count) * stream.frame;
    flush(c);
  }

  uint64_t take_sent_time(Connection &c) {
    uint64_t t = c.sent_at[c.oldest];
    if (++c.oldest == c.sent_at.size()) c.oldest = 0;
    return t;
  }

  void flush(Connection &c) {
    while (c.pending) {
      size_t n = stream.bytes.size() - c.position;
      if (n > c.pending) n = c.pending;
      ssize_t sent = transmit(c, stream.bytes.data() + c.position, n);
      if (sent == again) { want_write(c, true); return; }
      if (sent <= 0) { drop(c, "a send failed"); return; }
      c.position += static_cast<size_t>(sent);
      if (c.position == stream.bytes.size()) c.position = 0;
      c.pending -= static_cast<uint64_t>(sent);
    }
    for (; c.pongs > 0; c.pongs--) {
      ssize_t sent = transmit(c, pong_.data(), pong_.size());
      if (sent == again) { want_write(c, true); return; }
      if (sent != static_cast<ssize_t>(pong_.size())) { drop(c, "a send failed"); return; }
    }
    want_write(c, false);
  }

  // The messages that have come on a connection; a closed one is dropped.
  int read(Connection &c) {
    int messages = 0;
    for (;;) {
      ssize_t n = receive(c, buffer_.data(), buffer_.size());
      if (n == again) break;
      if (n <= 0) { drop(c, n == 0 ? "the server closed" : "a receive failed"); break; }
      totals.bytes += static_cast<uint64_t>(n);
      if (options.mode == "raw") {
        c.raw += static_cast<uint64_t>(n);
        messages += static_cast<int>(c.raw / stream.frame);
        c.raw %= stream.frame;
      } else {
        messages += c.frames.read(reinterpret_cast<const uint8_t *>(buffer_.data()), static_cast<size_t>(n), options, stream, totals);
      }
      if (!c.tls.on()) break;  // epoll tells of more; with TLS it may sit in a buffer of the library
    }
    totals.messages += static_cast<uint64_t>(messages);
    c.received += static_cast<uint64_t>(messages);
    if (!c.frames.records.others.empty()) hear(c);
    return messages;
  }

 private:
  bool ask(Connection &c) {
    if (transmit(c, request_.data(), request_.size()) != static_cast<ssize_t>(request_.size())) {
      drop(c, "the request could not be sent");
      return false;
    }
    c.state = State::handshaking;
    want_write(c, false);
    return false;
  }
  // Says and waits for what the opening consists of; true when the last step is done.
  bool greet(Connection &c, const char *p, size_t n) {
    if (c.frames.read(reinterpret_cast<const uint8_t *>(p), n, options, stream, totals)) totals.error("a delivery before anything was published");
    std::vector<std::string> heard;
    heard.swap(c.frames.records.others);
    for (size_t i = 0; c.step < options.opening.size();) {
      const Step &due = options.opening[c.step];
      if (due.is_said) {
        std::string frame = SendStream::text_frame(options, due.text);
        if (transmit(c, frame.data(), frame.size()) != static_cast<ssize_t>(frame.size())) { drop(c, "the opening could not be sent"); return false; }
      } else if (i == heard.size()) {
        return false;
      } else if (const std::string &record = heard[i++]; record.compare(0, due.text.size(), due.text)) {
        totals.error("awaited was " + due.text + " and came " + record.substr(0, 200));
        drop(c, "the opening failed");
        return false;
      }
      c.step++;
      if (c.step == options.opening.size()) c.frames.records.others.assign(heard.begin() + static_cast<ptrdiff_t>(i), heard.end());
    }
    return opened(c);
  }
  // Answers pings; nothing else is due.
  void hear(Connection &c) {
    for (const std::string &record : c.frames.records.others) {
      if (!options.ping.empty() && record == options.ping) c.pongs++;
      else totals.error("not due was " + record.substr(0, 200));
    }
    c.frames.records.others.clear();
    if (c.state == State::open && c.pongs) flush(c);
  }
  bool opened(Connection &c) {
    c.state = State::open;
    open_count++;
    want_write(c, false);
    return true;
  }
  void want_write(Connection &c, bool wanted) {
    if (c.wants_write == wanted) return;
    c.wants_write = wanted;
    epoll_event e{};
    e.events = EPOLLIN | (wanted ? static_cast<uint32_t>(EPOLLOUT) : 0u);
    e.data.u32 = static_cast<uint32_t>(&c - connections.data());
    epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &e);
  }

  int epoll_, sequence_ = 0;
  std::string request_, pong_;
  std::vector<epoll_event> events_ = std::vector<epoll_event>(4096);
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
};
