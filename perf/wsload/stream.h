// What is sent, framed and masked in advance.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "deflate.h"
#include "options.h"

// The k-th message: its number in four digits, which is how the answers' order is checked, and letters.
inline std::string message(size_t size, size_t k) {
  std::string s(size, ' ');
  for (size_t i = 0; i < size; i++) s[i] = static_cast<char>('a' + i % 26);
  for (size_t i = 4; i-- > 0; k /= 10) s[i] = static_cast<char>('0' + k % 10);
  return s;
}

// What a record looks like around its content.
class Shape {
 public:
  explicit Shape(const std::string &text) {
    size_t content = text.find("%s"), number = text.find('*');
    if (content == std::string::npos) return;
    tail_ = text.substr(content + 2);
    has_number_ = number < content;
    head_ = text.substr(0, has_number_ ? number : content);
    if (has_number_) middle_ = text.substr(number + 1, content - number - 1);
  }

  // The content of a record of this shape; null if it has another one.
  const char *content(const char *p, size_t n, size_t size) const {
    const char *end = p + n;
    if (!skip(p, end, head_)) return nullptr;
    if (has_number_) {
      while (p < end && *p >= '0' && *p <= '9') p++;
      if (!skip(p, end, middle_)) return nullptr;
    }
    const char *content = p;
    if (static_cast<size_t>(end - p) != size + tail_.size()) return nullptr;
    return memcmp(p + size, tail_.data(), tail_.size()) ? nullptr : content;
  }

 private:
  static bool skip(const char *&p, const char *end, const std::string &text) {
    if (static_cast<size_t>(end - p) < text.size() || memcmp(p, text.data(), text.size())) return false;
    p += text.size();
    return true;
  }

  std::string head_, middle_, tail_;
  bool has_number_ = false;
};

// The bytes that every connection sends, over and over: frames of one length, each with a masking key of its own.
struct SendStream {
  std::string bytes;
  size_t frame = 0;    // bytes of one frame
  size_t frames = 0;   // how many there are
  std::string answer;  // what answers the first, inflated
  std::string content;  // of the first
  Shape delivery;

  explicit SendStream(const Options &o) : content(message(o.size, 0)), delivery(o.delivery) {
    std::vector<Document> documents;
    if (o.deflate) documents = compressed_documents(o.size, 16);
    auto payload = [&](size_t k) {
      if (o.deflate) return documents[k % documents.size()].compressed;
      return o.publish.empty() ? message(o.size, k) : record(o, message(o.size, k));
    };
    std::string first = payload(0);
    answer = o.deflate ? documents[0].plain : first;
    // Long enough that a batch in flight is one write; a multiple of the documents, so that their order never changes.
    frame = 2 + length_bytes(first.size()) + 4 + first.size();
    frames = frame >= 65536 ? 1 : 65536 / frame;
    if (frames > 1024) frames = 1024;
    if (frames < static_cast<size_t>(o.depth) && o.size < 16384) frames = static_cast<size_t>(o.depth);
    if (o.deflate) frames = (frames + documents.size() - 1) / documents.size() * documents.size();
    // Compressed: RSV1 (RFC 7692, section 7.2.1). JSON is text.
    int head = 0x80 | (o.deflate ? 0x40 : 0) | (o.deflate || !o.publish.empty() ? 1 : 2);
    uint32_t random = 2463534242u;
    for (size_t k = 0; k < frames; k++) {
      random ^= random << 13;
      random ^= random >> 17;
      random ^= random << 5;
      append(bytes, head, payload(k), random);
    }
  }

  // A record in a text message, with its separator.
  static std::string text_frame(const Options &o, const std::string &record) {
    std::string frame;
    append(frame, 0x81, o.separator < 0 ? record : record + static_cast<char>(o.separator), 0x12345678);
    return frame;
  }

  static void append(std::string &bytes, int first, const std::string &payload, uint32_t key) {
    size_t n = payload.size(), extra = length_bytes(n);
    bytes += static_cast<char>(first);
    bytes += static_cast<char>(0x80 | (extra == 0 ? n : extra == 2 ? 126 : 127));
    for (size_t i = extra; i-- > 0;) bytes += static_cast<char>(static_cast<uint64_t>(n) >> (8 * i));
    char mask[4];
    memcpy(mask, &key, 4);
    bytes.append(mask, 4);
    for (size_t i = 0; i < n; i++) bytes += static_cast<char>(payload[i] ^ mask[i & 3]);
  }

 private:
  static std::string record(const Options &o, const std::string &content) {
    std::string s = o.publish;
    s.replace(s.find("%s"), 2, content);
    return o.separator < 0 ? s : s + static_cast<char>(o.separator);
  }
  static size_t length_bytes(size_t n) { return n < 126 ? 0 : n < 65536 ? 2 : 8; }
};
