// SignalR's JSON hub protocol, as far as an echo needs it: records that end in 0x1E, in WebSocket messages. Who sends a record may put
// several into a message, so the messages say nothing.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>

#include "totals.h"

namespace signalr {

inline const std::string greeting = "{\"protocol\":\"json\",\"version\":1}\x1e", welcome = "{}\x1e", ping = "{\"type\":6}\x1e";

// The client calls the hub's Echo, and the hub answers by calling the client's: the same record both ways.
inline std::string invocation(const std::string &text) {
  return "{\"type\":1,\"target\":\"Echo\",\"arguments\":[\"" + text + "\"]}\x1e";
}

class RecordReader {
 public:
  // The number of invocations that end in these bytes. Each must have the length of the first that was sent, and the first its bytes.
  int read(const uint8_t *p, size_t n, const std::string &sent, Totals &totals) {
    int invocations = 0;
    while (n > 0) {
      const void *end = memchr(p, 0x1e, n);
      size_t k = end ? static_cast<size_t>(static_cast<const uint8_t *>(end) - p) + 1 : n;
      // Kept are the first, and what may be a ping.
      if (count_ == 0 || length_ + k <= ping.size()) kept_.append(reinterpret_cast<const char *>(p), k);
      length_ += k;
      p += k;
      n -= k;
      if (!end) break;
      if (length_ == ping.size() && kept_ == ping) {
        // The server keeps the connection alive.
      } else {
        if (length_ != sent.size()) totals.error("a record of " + std::to_string(length_) + " bytes");
        else if (count_ == 0 && kept_ != sent) totals.error("an answer with other bytes than were sent");
        totals.payload += length_;
        count_++;
        invocations++;
      }
      length_ = 0;
      kept_.clear();
    }
    return invocations;
  }

 private:
  std::string kept_;
  uint64_t length_ = 0, count_ = 0;
};

}  // namespace signalr
