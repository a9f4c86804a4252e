// What is measured, and the line that says so.
#pragma once
#include <cstdio>
#include <string>

#include "connection.h"
#include "histogram.h"
#include "process.h"

inline std::string printable(const std::string &s) {
  std::string out;
  for (char c : s) out += c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c;
  return out;
}

// First a warm-up, then the window that is measured. Both last until their time is over and, where messages are slow, until so many have
// come: in a megabyte's case a turn of all that is in flight takes longer than a short window, and half a turn says nothing.
class Measurement {
 public:
  Histogram latency;

  explicit Measurement(const Load &load) : load_(load), turn_(static_cast<uint64_t>(load.options.connections) * static_cast<uint64_t>(load.options.depth)) {
    begin_.at = now();
  }

  bool running() const { return running_; }
  // False when the window is over.
  bool tick() {
    uint64_t t = now();
    const Options &o = load_.options;
    if (!is_over(t, running_ ? o.seconds : o.warm_up, running_ ? 2 * turn_ : turn_)) return true;
    if (running_) {
      end_ = take(t);
      return false;
    }
    running_ = true;
    begin_ = take(t);
    return true;
  }

  int report() const {
    const Options &o = load_.options;
    const Totals &t = load_.totals;
    // A run that has lost a connection ends before its window: it has no figures.
    const Sample &end = end_.at ? end_ : begin_;
    double seconds = end_.at ? static_cast<double>(end.at - begin_.at) / 1e9 : 1;
    double server = static_cast<double>(end.server - begin_.server) / 1e9;
    double client = static_cast<double>(end.client - begin_.client) / 1e9;
    uint64_t count = end.messages - begin_.messages;
    double each = count ? 1.0 / static_cast<double>(count) : 0;
    printf("{\"mode\":\"%s\",\"connections\":%d,\"size\":%zu,\"depth\":%d,\"messages\":%lu,\"seconds\":%.3f,\"rate\":%.1f,\"mbps\":%.2f,"
           "\"p50_us\":%.1f,\"p99_us\":%.1f,\"cpu_us\":%.4f,\"server_cpu\":%.3f,\"client_cpu\":%.3f,\"rss_mb\":%.2f,"
           "\"answer_bytes\":%.1f,\"sent_bytes\":%zu,\"errors\":%lu,\"lost\":%lu,\"why\":\"%s\"}\n",
           o.mode.c_str(), o.connections, o.size, o.depth, count, seconds, static_cast<double>(count) / seconds,
           static_cast<double>(end.bytes - begin_.bytes) / seconds / 1e6, static_cast<double>(latency.percentile(.5)) / 1e3,
           static_cast<double>(latency.percentile(.99)) / 1e3, server * 1e6 * each, server / seconds, client / seconds,
           static_cast<double>(resident_kib(o.pid)) / 1024, static_cast<double>(end.payload - begin_.payload) * each, load_.stream.frame,
           t.errors, t.lost, printable(count || !t.why.empty() ? t.why : "no message came").c_str());
    return t.errors || t.lost || !count ? 1 : 0;
  }

 private:
  static constexpr double patience = 20;  // seconds more, for what is slow

  struct Sample {
    uint64_t at = 0, server = 0, client = 0, messages = 0, bytes = 0, payload = 0;
  };

  Sample take(uint64_t t) const {
    const Totals &totals = load_.totals;
    return {t, processor_time(load_.options.pid), own_processor_time(), totals.messages, totals.bytes, totals.payload};
  }
  bool is_over(uint64_t t, double seconds, uint64_t least) const {
    double elapsed = static_cast<double>(t - begin_.at) / 1e9;
    return elapsed >= seconds && (load_.totals.messages - begin_.messages >= least || elapsed >= seconds + patience);
  }

  const Load &load_;
  const uint64_t turn_;
  bool running_ = false;
  Sample begin_, end_;
};
