// What all connections have seen.
#pragma once
#include <cstdint>
#include <string>

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
