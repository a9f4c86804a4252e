// RFC 6455, section 5.2: what is sent, made in advance, and what comes back, read without a copy.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-------+-+-------------+-------------------------------+
// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
// |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
// |N|V|V|V|       |S|             |   (if payload len==126/127)   |
// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "deflate.h"
#include "options.h"

inline char letter(uint64_t i) { return static_cast<char>('a' + i % 26); }

// The bytes that every connection sends, over and over: frames of one length, each with a masking key of its own.
struct SendStream {
  std::string bytes;
  size_t frame = 0;                    // bytes of one frame
  std::vector<std::string> documents;  // the messages that are sent compressed, in their order

  explicit SendStream(const Options &o) {
    std::vector<std::string> payloads;
    if (o.deflate) {
      for (auto &pair : compressed_documents(o.size, 16)) {
        documents.push_back(pair.plain);
        payloads.push_back(pair.compressed);
      }
    } else {
      std::string letters(o.size, ' ');
      for (size_t i = 0; i < o.size; i++) letters[i] = letter(i);
      payloads.push_back(letters);
    }
    // Long enough that a batch in flight is one write; a multiple of the payloads, so that their order never changes.
    frame = 2 + length_bytes(payloads[0].size()) + 4 + payloads[0].size();
    size_t frames = frame >= 65536 ? 1 : 65536 / frame;
    if (frames > 1024) frames = 1024;
    if (frames < static_cast<size_t>(o.depth) && o.size < 16384) frames = static_cast<size_t>(o.depth);
    frames = (frames + payloads.size() - 1) / payloads.size() * payloads.size();
    uint32_t random = 2463534242u;
    for (size_t k = 0; k < frames; k++) {
      random ^= random << 13;
      random ^= random >> 17;
      random ^= random << 5;
      // Compressed: RSV1 (RFC 7692, section 7.2.1) and, being JSON, text.
      append(o.deflate ? 0x80 | 0x40 | 1 : 0x80 | 2, payloads[k % payloads.size()], random);
    }
  }

 private:
  static size_t length_bytes(size_t n) { return n < 126 ? 0 : n < 65536 ? 2 : 8; }

  void append(int first, const std::string &payload, uint32_t key) {
    size_t n = payload.size(), extra = length_bytes(n);
    bytes += static_cast<char>(first);
    bytes += static_cast<char>(0x80 | (extra == 0 ? n : extra == 2 ? 126 : 127));
    for (size_t i = extra; i-- > 0;) bytes += static_cast<char>(static_cast<uint64_t>(n) >> (8 * i));
    char mask[4];
    memcpy(mask, &key, 4);
    bytes.append(mask, 4);
    for (size_t i = 0; i < n; i++) bytes += static_cast<char>(payload[i] ^ mask[i & 3]);
  }
};

// What all connections have seen.
struct Totals {
  uint64_t messages = 0, bytes = 0, payload = 0, errors = 0, lost = 0;
  std::string why;  // the first thing that was wrong

  void error(const std::string &what) {
    if (errors++ == 0 && why.empty()) why = what;
  }
  void lose(const std::string &what) {
    if (lost++ == 0 && why.empty()) why = what;
  }
};

// Reads the server's frames on one connection. The first message is compared with what was sent, later ones by length.
class FrameReader {
 public:
  // The number of messages that end in these bytes.
  int read(const uint8_t *p, size_t n, const Options &o, const SendStream &stream, Totals &totals) {
    int messages = 0;
    const uint8_t *end = p + n;
    while (p < end) {
      if (left_ == 0) {
        if (!read_header(p, end)) return messages;
        if (masked_) totals.error("a masked frame");
        if (opcode_ == 8) totals.error("a Close frame, code " + std::to_string(left_ >= 2 && end - p >= 2 ? p[0] << 8 | p[1] : 0));
        if (opcode_ == 1 || opcode_ == 2) {
          if (o.deflate && !rsv1_) totals.error("an answer that is not compressed");
          if (!o.deflate && rsv1_) totals.error("RSV1 without an extension");
        }
      }
      size_t k = static_cast<size_t>(end - p);
      if (k > left_) k = left_;
      if (opcode_ < 8) {
        if (!checked_) first_.append(reinterpret_cast<const char *>(p), k);
        length_ += k;
      }
      p += k;
      left_ -= k;
      if (left_ == 0 && opcode_ < 8 && fin_) {
        if (!checked_) check_first(o, stream, totals);
        if (!o.deflate && length_ != o.size) totals.error("a message of " + std::to_string(length_) + " bytes");
        totals.payload += length_;
        length_ = 0;
        messages++;
      }
    }
    return messages;
  }

 private:
  bool read_header(const uint8_t *&p, const uint8_t *end) {
    size_t needed = 2;
    for (;;) {
      if (have_ >= 2) needed = (header_[1] & 0x7f) == 126 ? 4 : (header_[1] & 0x7f) == 127 ? 10 : 2;
      if (have_ == needed) break;
      if (p == end) return false;
      header_[have_++] = *p++;
    }
    have_ = 0;
    fin_ = header_[0] & 0x80;
    rsv1_ = header_[0] & 0x40;
    opcode_ = header_[0] & 15;
    masked_ = header_[1] & 0x80;
    left_ = header_[1] & 0x7f;
    if (needed > 2) {
      left_ = 0;
      for (size_t i = 2; i < needed; i++) left_ = left_ << 8 | header_[i];
    }
    return true;
  }

  void check_first(const Options &o, const SendStream &stream, Totals &totals) {
    checked_ = true;
    if (o.deflate) {
      if (inflate_message(first_) != stream.documents[0]) totals.error("an answer that does not inflate to what was sent");
    } else {
      for (size_t i = 0; i < first_.size(); i++)
        if (first_[i] != letter(i)) { totals.error("an answer with other bytes than were sent"); break; }
    }
    std::string().swap(first_);
  }

  uint8_t header_[10];
  uint8_t have_ = 0, opcode_ = 0;
  bool fin_ = false, rsv1_ = false, masked_ = false, checked_ = false;
  uint64_t left_ = 0, length_ = 0;
  std::string first_;
};
