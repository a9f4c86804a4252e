// Latencies: 64 buckets for each power of two, so that a figure is off by 1.6 % at most.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

class Histogram {
 public:
  void add(uint64_t value) {
    if (value > max_) max_ = value;
    count_++;
    buckets_[index(value)]++;
  }

  uint64_t percentile(double p) const {
    uint64_t wanted = static_cast<uint64_t>(p * static_cast<double>(count_)), seen = 0;
    for (size_t i = 0; i < buckets_.size(); i++) {
      seen += buckets_[i];
      if (seen > wanted) return lower_bound(i);
    }
    return max_;
  }

 private:
  static size_t index(uint64_t value) {
    if (value < 64) return value;
    int exponent = 63 - __builtin_clzll(value);
    return static_cast<size_t>(exponent - 5) * 64 + ((value >> (exponent - 6)) & 63);
  }
  static uint64_t lower_bound(size_t i) {
    if (i < 64) return i;
    int exponent = static_cast<int>(i / 64) + 5;
    return (1ull << exponent) + (static_cast<uint64_t>(i & 63) << (exponent - 6));
  }

  std::vector<uint64_t> buckets_ = std::vector<uint64_t>(64 * 64, 0);
  uint64_t count_ = 0, max_ = 0;
};
