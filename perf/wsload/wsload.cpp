// wsload: load for a WebSocket server (RFC 6455) on this machine, from one thread. One line of JSON a run, on standard output.
//   g++ -O3 -std=c++17 -o wsload wsload.cpp -lssl -lcrypto -lz     (perf/run builds it; OpenSSL and zlib are optional)
//
// echo       every connection keeps --depth messages in flight and sends the next for each answer
// raw        the same bytes to a server that sends back what it gets
// broadcast  the first connection sends; a round ends when every connection has the message
// handshake  connections open, send Close, and wait for the server to close
// idle       connections open, echo --touch messages each, and are silent; then the server's memory is read
#include <sched.h>
#include <sys/resource.h>

#include "connection.h"
#include "histogram.h"

// What is measured lies between begin() and end(); what comes before is the warm-up.
class Measurement {
 public:
  Histogram latency;

  explicit Measurement(const Load &load) : load_(load) {
    begins_ = now() + static_cast<uint64_t>(load.options.warm_up * 1e9);
    ends_ = begins_ + static_cast<uint64_t>(load.options.seconds * 1e9);
  }

  bool running() const { return running_; }
  // False when the time is up.
  bool tick() {
    uint64_t t = now();
    if (!running_ && t >= begins_) {
      running_ = true;
      begins_ = t;
      server_ = processor_time(load_.options.pid);
      client_ = own_processor_time();
      messages_ = load_.totals.messages;
      bytes_ = load_.totals.bytes;
      payload_ = load_.totals.payload;
    }
    if (t < ends_) return true;
    ends_ = t;
    return false;
  }

  int report() const {
    const Options &o = load_.options;
    const Totals &t = load_.totals;
    double seconds = static_cast<double>(ends_ - begins_) / 1e9;
    double server = static_cast<double>(processor_time(o.pid) - server_) / 1e9;
    double client = static_cast<double>(own_processor_time() - client_) / 1e9;
    uint64_t count = running_ ? t.messages - messages_ : 0;
    double each = count ? 1.0 / static_cast<double>(count) : 0;
    printf("{\"mode\":\"%s\",\"connections\":%d,\"size\":%zu,\"depth\":%d,\"messages\":%lu,\"rate\":%.1f,\"mbps\":%.2f,"
           "\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.4f,\"server_cpu\":%.3f,\"client_cpu\":%.3f,\"rss_mb\":%.2f,"
           "\"answer_bytes\":%.1f,\"sent_bytes\":%zu,\"errors\":%lu,\"lost\":%lu,\"why\":\"%s\"}\n",
           o.mode.c_str(), o.connections, o.size, o.depth, count, static_cast<double>(count) / seconds,
           static_cast<double>(t.bytes - bytes_) / seconds / 1e6, static_cast<double>(latency.percentile(.5)) / 1e3,
           static_cast<double>(latency.percentile(.99)) / 1e3, server * 1e6 * each, server / seconds, client / seconds,
           static_cast<double>(resident_kib(o.pid)) / 1024, static_cast<double>(t.payload - payload_) * each, load_.stream.frame,
           t.errors, t.lost, printable(count || !t.why.empty() ? t.why : "no message came").c_str());
    return t.errors || t.lost || !count ? 1 : 0;
  }

  static std::string printable(const std::string &s) {
    std::string out;
    for (char c : s) out += c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c;
    return out;
  }

 private:
  const Load &load_;
  bool running_ = false;
  uint64_t begins_, ends_, server_ = 0, client_ = 0, messages_ = 0, bytes_ = 0, payload_ = 0;
};

static int fail(const Load &load, const std::string &why) {
  printf("{\"mode\":\"%s\",\"errors\":%lu,\"lost\":%lu,\"why\":\"%s\"}\n", load.options.mode.c_str(), load.totals.errors, load.totals.lost,
         Measurement::printable(load.totals.why.empty() ? why : load.totals.why).c_str());
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
         static_cast<double>(after - before) / o.connections, t.errors, t.lost, Measurement::printable(t.why).c_str());
  return t.errors || t.lost ? 1 : 0;
}

static int run_messages(Load &load) {
  std::string why = open_all(load);
  if (!why.empty()) return fail(load, why);
  const Options &o = load.options;
  bool broadcast = o.mode == "broadcast";
  // Rounds of a broadcast, by their number modulo 256: when sent, and how many have them.
  uint64_t sent_at[256] = {}, have[256] = {}, rounds = 0;
  if (broadcast) {
    linger(load, 0.5);  // who has been answered 101 may not have joined yet
    for (int i = 0; i < o.depth; i++) sent_at[rounds++ & 255] = now();
    load.post(load.connections[0], o.depth, now());
  } else {
    for (auto &c : load.connections) load.post(c, o.depth, now());
  }
  Measurement m(load);
  while (m.tick() && !load.totals.lost) {
    int n = load.wait();
    for (int i = 0; i < n; i++) {
      Connection &c = load.of(load.ready()[i]);
      if (c.state != State::open) continue;
      if (load.ready()[i].events & EPOLLOUT) {
        load.flush(c);
        if (c.state != State::open) continue;
      }
      uint64_t first = c.received;
      int messages = load.read(c);
      if (messages == 0 || c.state != State::open) continue;
      uint64_t t = now();
      if (!broadcast) {
        for (int j = 0; j < messages; j++) {
          uint64_t sent = load.take_sent_time(c);
          if (m.running()) m.latency.add(t - sent);
        }
        load.post(c, messages, t);
        continue;
      }
      for (int j = 0; j < messages; j++) {
        uint64_t round = (first + static_cast<uint64_t>(j)) & 255;
        if (++have[round] < load.connections.size()) continue;
        have[round] = 0;
        if (m.running()) m.latency.add(t - sent_at[round]);
        sent_at[rounds++ & 255] = t;
        load.post(load.connections[0], 1, t);
      }
    }
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
  return o.mode == "handshake" ? run_handshakes(load) : o.mode == "idle" ? run_idle(load) : run_messages(load);
}
