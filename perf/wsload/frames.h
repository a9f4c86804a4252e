// RFC 6455, section 5.2: the server's frames, read without a copy.
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

#include "deflate.h"
#include "options.h"
#include "records.h"
#include "stream.h"
#include "totals.h"

// Reads the server's frames on one connection. The first message is compared with what was sent, later ones by length and number:
// none is missing, none comes twice, and they come in order. Records are compared whole.
class FrameReader {
 public:
  RecordReader records;

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
      if (opcode_ < 8 && o.has_records()) {
        messages += records.read(reinterpret_cast<const char *>(p), k, k == left_ && fin_, o, stream, totals);
      } else if (opcode_ < 8) {
        if (count_ == 0) first_.append(reinterpret_cast<const char *>(p), k);
        for (size_t i = 0; i < k && length_ + i < 4; i++) number_ = number_ * 10 + p[i] - '0';
        length_ += k;
      }
      p += k;
      left_ -= k;
      if (left_ == 0 && opcode_ < 8 && fin_ && !o.has_records()) {
        check(o, stream, totals);
        totals.payload += length_;
        length_ = number_ = 0;
        count_++;
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

  void check(const Options &o, const SendStream &stream, Totals &totals) {
    if (count_ == 0) {
      if (o.deflate) first_ = inflate_message(first_);
      if (first_ != stream.answer) totals.error("an answer with other bytes than were sent");
      std::string().swap(first_);
    }
    if (o.deflate) return;
    if (length_ != o.size) totals.error("a message of " + std::to_string(length_) + " bytes");
    else if (number_ != count_ % stream.frames) totals.error("message " + std::to_string(number_) + " where another was due");
  }

  uint8_t header_[10];
  uint8_t have_ = 0, opcode_ = 0;
  bool fin_ = false, rsv1_ = false, masked_ = false;
  uint64_t left_ = 0, length_ = 0, number_ = 0, count_ = 0;
  std::string first_;
};
