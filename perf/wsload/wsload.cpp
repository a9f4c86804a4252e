// wsload: load for a WebSocket server (RFC 6455) on this machine, from one thread. One line of JSON a run, on standard output.
//   g++ -O3 -std=c++17 -o wsload wsload.cpp -lssl -lcrypto -lz     (perf/run builds it; OpenSSL and zlib are optional)
//
// echo       every connection keeps --depth messages in flight and sends the next for each answer
// raw        the same bytes to a server that sends back what it gets
// broadcast  the first connection publishes --depth messages, and the next when every connection has them all
// handshake  connections open, send Close, and wait for the server to close
// idle       connections open, echo --touch messages each, and are silent; then the server's memory is read
// With --publish the messages are records of another protocol. --say and --await are what a connection says, and waits for, before it counts as open.
#include <sched.h>
#include <sys/resource.h>

#include "connection.h"
#include "measurement.h"

static int fail(const Load &load, const std::string &why) {
  printf("{\"mode\":\"%s\",\"errors\":%lu,\"lost\":%lu,\"why\":\"%s\"}\n", load.options.mode.c_str(), load.totals.errors, load.totals.lost,
         printable(load.totals.why.empty() ? why : load.totals.why).c_str());
  return 1;
}

// Opens all connections, --in-flight at a time. Empty, or why not.
static std::string open_all(Load &load) {
  uint64_t deadline = now() + static_cast<uint64_t>(load.options.setup * 1e9);
  size_t next = 0, all = load.connections.size();
  while (load.open_count < all) {
    while (next < all && next - load.open_count < static_cast<size_t>(load.options.in_flight)) load.connect(load.connections[next++]);
    int n = load.wait();
    for (int i = 0; i < n; i++) {
      Connection &c = load.of(load.ready()[i]);
      if (c.state != State::open && c.state != State::closed) load.advance(c, load.ready()[i].events);
    }
    if (load.totals.lost) return "a connection failed";
    if (now() > deadline) return "only " + std::to_string(load.open_count) + " of " + std::to_string(all) + " connections opened in time";
  }
  return {};
}

// Waits, and finds out who is closed meanwhile.
static void linger(Load &load, double seconds) {
  uint64_t end = now() + static_cast<uint64_t>(seconds * 1e9);
  while (now() < end) {
    int n = load.wait();
    for (int i = 0; i < n; i++) {
      Connection &c = load.of(load.ready()[i]);
      if (c.state == State::open) load.read(c);
    }
  }
}

// The messages that have come on a connection, which may have closed now; what waited to be sent is sent.
static int receive_some(Load &load, Connection &c, uint32_t events) {
  if (c.state != State::open) return 0;
  if (events & EPOLLOUT) load.flush(c);
  return c.state == State::open ? load.read(c) : 0;
}

// A message counts when its connection is gone: opening handshake, closing handshake, end of the stream.
static int run_handshakes(Load &load) {
  static const char close_frame[] = "\x88\x82\x11\x22\x33\x44\x12\xca";  // masked; code 1000
  Measurement m(load);
  for (auto &c : load.connections) load.connect(c);
  while (m.tick() && load.totals.lost < 100) {
    int n = load.wait();
    for (int i = 0; i < n; i++) {
      uint32_t events = load.ready()[i].events;
      Connection &c = load.of(load.ready()[i]);
      if (c.state == State::closed) continue;
      if (c.state != State::open) {
        if (load.advance(c, events)) {
          if (m.running()) m.latency.add(now() - c.opened_at);
          if (load.transmit(c, close_frame, 8) != 8) load.drop(c, "Close could not be sent");
        }
      } else {
        uint8_t answer[64];
        ssize_t r;
        while ((r = load.receive(c, answer, sizeof answer)) > 0) {
          if (c.received++ == 0 && answer[0] != 0x88) load.totals.error("Close was not answered with Close");
        }
        if (r != again) {
          // A reset after the Close frame is an end of the stream, too.
          load.drop(c, c.received ? nullptr : "the server closed without a Close frame");
          load.totals.messages++;
        }
      }
      if (c.state == State::closed) {
        c.received = 0;
        load.connect(c);
      }
    }
  }
  return m.report();
}

static int run_idle(Load &load) {
  const Options &o = load.options;
  long before = resident_kib(o.pid);
  std::string why = open_all(load);
  if (!why.empty()) return fail(load, why);
  if (o.touch > 0) {
    // In groups: no server must find all of them talking at once.
    uint64_t deadline = now() + static_cast<uint64_t>(o.setup * 1e9);
    size_t group = static_cast<size_t>(o.in_flight), next = 0, done = 0;
    while (done < load.connections.size()) {
      for (; next < load.connections.size() && next - done < group; next++) load.post(load.connections[next], 1, 0);
      int n = load.wait();
      for (int i = 0; i < n; i++) {
        Connection &c = load.of(load.ready()[i]);
        if (c.state != State::open) continue;
        if (c.pending) load.flush(c);
        if (load.read(c) == 0 || c.state != State::open) continue;
        if (c.received >= static_cast<uint64_t>(o.touch)) done++;
        else load.post(c, 1, 0);
      }
      if (load.totals.lost) return fail(load, "a connection failed");
      if (now() > deadline) return fail(load, "the messages before the silence were not answered in time");
    }
  }
  linger(load, o.seconds);
  long after = resident_kib(o.pid);
  const Totals &t = load.totals;
  printf("{\"mode\":\"idle\",\"connections\":%d,\"touch\":%d,\"size\":%zu,\"rss_before_mb\":%.2f,\"rss_mb\":%.2f,"
         "\"kb_per_connection\":%.3f,\"errors\":%lu,\"lost\":%lu,\"why\":\"%s\"}\n",
         o.connections, o.touch, o.size, static_cast<double>(before) / 1024, static_cast<double>(after) / 1024,
         static_cast<double>(after - before) / o.connections, t.errors, t.lost, printable(t.why).c_str());
  return t.errors || t.lost ? 1 : 0;
}

static int run_echoes(Load &load) {
  std::string why = open_all(load);
  if (!why.empty()) return fail(load, why);
  for (auto &c : load.connections) load.post(c, load.options.depth, now());
  Measurement m(load);
  while (m.tick() && !load.totals.lost) {
    int n = load.wait();
    for (int i = 0; i < n; i++) {
      Connection &c = load.of(load.ready()[i]);
      int messages = receive_some(load, c, load.ready()[i].events);
      if (messages == 0 || c.state != State::open) continue;
      uint64_t t = now();
      for (int j = 0; j < messages; j++) {
        uint64_t sent = load.take_sent_time(c);
        if (m.running()) m.latency.add(t - sent);
      }
      load.post(c, messages, t);
    }
  }
  return m.report();
}

// A message counts when it is delivered: as many times as there are connections. Their numbers are checked, so that so many deliveries
// mean that everybody has every message.
static int run_broadcasts(Load &load) {
  std::string why = open_all(load);
  if (!why.empty()) return fail(load, why);
  linger(load, 0.5);  // who has been answered 101 may not have joined yet
  uint64_t depth = static_cast<uint64_t>(load.options.depth), all = load.connections.size(), published = 0;
  std::vector<uint64_t> have(depth);  // of each message that is on its way, how many have it
  Measurement m(load);
  while (m.tick() && !load.totals.lost) {
    uint64_t sent = now(), missing = depth * all;
    load.post(load.connections[0], load.options.depth, sent);
    have.assign(depth, 0);
    while (missing > 0 && !load.totals.lost) {
      int n = load.wait();
      for (int i = 0; i < n; i++) {
        Connection &c = load.of(load.ready()[i]);
        uint64_t first = c.received;
        int messages = receive_some(load, c, load.ready()[i].events);
        for (int j = 0; j < messages; j++) {
          uint64_t message = first + static_cast<uint64_t>(j) - published;
          if (message >= depth) { load.totals.lose("a message that was never published"); break; }
          missing--;
          if (++have[message] == all && m.running()) m.latency.add(now() - sent);
        }
      }
      if (now() - sent > 20000000000ull) load.totals.lose(std::to_string(missing) + " deliveries were missing after 20 seconds");
    }
    published += depth;
  }
  return m.report();
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--free-port")) return printf("%d\n", free_port()) > 0 ? 0 : 1;
  if (argc == 2 && !strcmp(argv[1], "--features")) return printf("tcp%s%s\n", has_tls ? " tls" : "", has_deflate ? " deflate" : "") > 0 ? 0 : 1;
  Options o = parse_options(argc, argv);
  if (o.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(o.cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set)) refuse("no such core");
  }
  rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  Load load(o);
  if (o.mode == "handshake") return run_handshakes(load);
  if (o.mode == "idle") return run_idle(load);
  return o.mode == "broadcast" ? run_broadcasts(load) : run_echoes(load);
}
