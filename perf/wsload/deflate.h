// Messages compressed in advance, each on its own: permessage-deflate without context takeover (RFC 7692, section 7.2.1).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "options.h"

struct Document {
  std::string plain, compressed;
};

#if __has_include(<zlib.h>)
#include <zlib.h>
constexpr bool has_deflate = true;

inline std::string deflate_message(const std::string &plain) {
  z_stream z{};
  if (deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) refuse("zlib does not start");
  std::string out(plain.size() + 256, '\0');
  z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef *>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_SYNC_FLUSH);
  out.resize(z.total_out - 4);  // the empty block's 00 00 FF FF, which the receiver puts back
  deflateEnd(&z);
  return out;
}

// What the bytes inflate to; what came so far if they are wrong.
inline std::string inflate_message(std::string compressed) {
  compressed.append("\0\0\xff\xff", 4);
  z_stream z{};
  if (inflateInit2(&z, -15) != Z_OK) refuse("zlib does not start");
  std::string out(1 << 20, '\0');
  z.next_in = reinterpret_cast<Bytef *>(compressed.data());
  z.avail_in = static_cast<uInt>(compressed.size());
  z.next_out = reinterpret_cast<Bytef *>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  inflate(&z, Z_SYNC_FLUSH);
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

// A JSON document of exactly that many bytes: what a dashboard or a chat sends, with names that repeat and values that do not.
inline std::string json_document(size_t size, uint32_t &random) {
  auto next = [&](uint32_t below) {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    return random % below;
  };
  static const char *const names[] = {"ada", "grace", "alan", "edsger", "barbara", "donald", "radia", "leslie"};
  static const char *const words[] = {"order", "shipped", "price", "changed", "hello", "from", "the", "harbour", "late", "again"};
  std::string s = "{\"channel\":\"orders\",\"events\":[";
  while (s.size() + 200 < size) {
    if (s.back() == '}') s += ',';
    s += "{\"id\":" + std::to_string(100000 + next(900000)) + ",\"user\":\"" + names[next(8)] + "\",\"amount\":" +
         std::to_string(next(1000)) + "." + std::to_string(10 + next(90)) + ",\"text\":\"" + words[next(10)] + " " + words[next(10)] +
         " " + words[next(10)] + "\",\"at\":\"2026-01-" + std::to_string(10 + next(19)) + "T" + std::to_string(10 + next(13)) + ":" +
         std::to_string(10 + next(50)) + ":00Z\"}";
  }
  s += "],\"note\":\"";
  while (s.size() + 2 < size) s += static_cast<char>('a' + next(26));
  return s + "\"}";
}

// Documents whose compressed forms have one length, so that all frames have.
inline std::vector<Document> compressed_documents(size_t size, size_t count) {
  if (size < 256 || size > 65536) refuse("--deflate takes documents of 256 bytes to 64 KiB");
  std::vector<Document> found;
  uint32_t random = 88172645u;
  size_t length = 0;
  for (int tries = 0; found.size() < count && tries < 100000; tries++) {
    Document d;
    d.plain = json_document(size, random);
    d.compressed = deflate_message(d.plain);
    if (found.empty()) length = d.compressed.size();
    if (d.compressed.size() == length) found.push_back(d);
  }
  return found;
}
#else
constexpr bool has_deflate = false;

inline std::string inflate_message(std::string) { return {}; }
inline std::vector<Document> compressed_documents(size_t, size_t) { refuse("this build has no zlib"); }
#endif
