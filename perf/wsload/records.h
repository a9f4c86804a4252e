// Protocols on the WebSocket whose messages carry ours: SignalR's, Socket.IO's, the rooms'. A record is a WebSocket message, or what ends in
// a separator: then several may be in one message, which says nothing.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "options.h"
#include "stream.h"
#include "totals.h"

class RecordReader {
 public:
  std::vector<std::string> others;  // records that are no deliveries, until somebody hears them

  // The number of deliveries that end in these bytes. Each is compared with what is due, byte by byte.
  int read(const char *p, size_t n, bool ends_message, const Options &o, const SendStream &stream, Totals &totals) {
    int deliveries = 0;
    if (o.separator < 0) {
      if (!ends_message) kept_.append(p, n);
      else deliveries += end(p, n, stream, totals);
      return deliveries;
    }
    while (n > 0) {
      const void *found = memchr(p, o.separator, n);
      if (!found) { kept_.append(p, n); break; }
      size_t k = static_cast<size_t>(static_cast<const char *>(found) - p);
      deliveries += end(p, k, stream, totals);
      p += k + 1;
      n -= k + 1;
    }
    return deliveries;
  }

 private:
  // A record ends in these bytes.
  int end(const char *p, size_t n, const SendStream &stream, Totals &totals) {
    if (kept_.empty()) return check(p, n, stream, totals);
    kept_.append(p, n);
    int deliveries = check(kept_.data(), kept_.size(), stream, totals);
    kept_.clear();
    return deliveries;
  }

  int check(const char *p, size_t n, const SendStream &stream, Totals &totals) {
    const char *content = stream.delivery.content(p, n, stream.content.size());
    if (!content) {
      others.emplace_back(p, n);
      return 0;
    }
    uint64_t number = 0;
    for (int i = 0; i < 4; i++) number = number * 10 + static_cast<uint64_t>(content[i] - '0');
    if (number != count_ % stream.frames) totals.error("message " + std::to_string(number) + " where another was due");
    else if (memcmp(content + 4, stream.content.data() + 4, stream.content.size() - 4)) totals.error("a message with other bytes than were sent");
    totals.payload += n;
    count_++;
    return 1;
  }

  std::string kept_;  // of the record that is not complete
  uint64_t count_ = 0;
};
