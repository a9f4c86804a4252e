// What a run does: the command line, checked.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

// What a connection says, or waits for, before it counts as open.
struct Step {
  bool is_said;
  std::string text;  // of what is waited for the beginning
};

struct Options {
  std::string mode = "echo";  // echo, raw, broadcast, idle, handshake
  std::string path = "/echo";
  int port = 0;
  int connections = 100;
  int depth = 1;        // messages in flight on each connection; for a broadcast, published before any is waited for
  int touch = 0;        // idle: messages that each connection echoes before it falls silent
  int in_flight = 256;  // connections being opened at a time
  int sources = 1;      // addresses 127.0.0.x to connect from, so that ephemeral ports never run out
  int pid = 0;          // the server, for its processor time and memory
  int cpu = -1;         // the core to run on
  size_t size = 125;    // bytes of payload
  double seconds = 3, warm_up = 0.5, setup = 60;
  bool tls = false;
  bool deflate = false;  // JSON, compressed, instead of letters
  // Where another protocol lies on the WebSocket (records.h):
  std::vector<Step> opening;
  std::string publish;    // a record that is sent; its content stands where %s does
  std::string delivery;   // a record that counts, likewise; * stands for a number
  std::string ping, pong;  // a record that is answered, and with what
  bool has_records() const { return !publish.empty() || !opening.empty(); }
  int separator = -1;     // the byte that records end in; none: a WebSocket message is one
};

inline const char *const usage =
    "usage: wsload --port N [--mode echo|raw|broadcast|idle|handshake] [--path /echo] [--connections N] [--size BYTES]\n"
    "              [--depth N] [--seconds S] [--warm-up S] [--setup S] [--pid N] [--cpu N] [--sources N] [--touch N]\n"
    "              [--in-flight N] [--tls] [--deflate]\n"
    "              [--publish TEXT [--delivery TEXT] [--say TEXT | --await TEXT]... [--ping TEXT --pong TEXT] [--separator BYTE]]\n"
    "       wsload --free-port     prints a TCP port that nobody listens on\n"
    "       wsload --features      prints what this build can do\n";

[[noreturn]] inline void refuse(const std::string &why) {
  fprintf(stderr, "wsload: %s\n%s", why.c_str(), usage);
  exit(2);
}

inline Options parse_options(int argc, char **argv) {
  Options o;
  const std::map<std::string, std::function<void(const char *)>> with_value = {
      {"--mode", [&](const char *v) { o.mode = v; }},
      {"--path", [&](const char *v) { o.path = v; }},
      {"--port", [&](const char *v) { o.port = atoi(v); }},
      {"--connections", [&](const char *v) { o.connections = atoi(v); }},
      {"--depth", [&](const char *v) { o.depth = atoi(v); }},
      {"--touch", [&](const char *v) { o.touch = atoi(v); }},
      {"--in-flight", [&](const char *v) { o.in_flight = atoi(v); }},
      {"--sources", [&](const char *v) { o.sources = atoi(v); }},
      {"--pid", [&](const char *v) { o.pid = atoi(v); }},
      {"--cpu", [&](const char *v) { o.cpu = atoi(v); }},
      {"--size", [&](const char *v) { o.size = strtoull(v, nullptr, 10); }},
      {"--seconds", [&](const char *v) { o.seconds = atof(v); }},
      {"--warm-up", [&](const char *v) { o.warm_up = atof(v); }},
      {"--say", [&](const char *v) { o.opening.push_back({true, v}); }},
      {"--await", [&](const char *v) { o.opening.push_back({false, v}); }},
      {"--publish", [&](const char *v) { o.publish = v; }},
      {"--delivery", [&](const char *v) { o.delivery = v; }},
      {"--ping", [&](const char *v) { o.ping = v; }},
      {"--pong", [&](const char *v) { o.pong = v; }},
      {"--separator", [&](const char *v) { o.separator = atoi(v); }},
      {"--setup", [&](const char *v) { o.setup = atof(v); }},
  };
  for (int i = 1; i < argc; i++) {
    std::string name = argv[i];
    if (name == "--tls") { o.tls = true; continue; }
    if (name == "--deflate") { o.deflate = true; continue; }
    auto option = with_value.find(name);
    if (option == with_value.end()) refuse("unknown option " + name);
    if (++i == argc) refuse(name + " needs a value");
    option->second(argv[i]);
  }
  if (o.port < 1 || o.port > 65535) refuse("--port is 1 to 65535");
  if (o.connections < 1 || o.connections > 60000) refuse("--connections is 1 to 60000");
  if (o.depth < 1 || o.depth > 200) refuse("--depth is 1 to 200");
  if (o.size < 4 || o.size > (64u << 20)) refuse("--size is 4 bytes to 64 MiB");
  if (o.seconds <= 0 || o.seconds > 120 || o.warm_up < 0 || o.warm_up > 60) refuse("a run takes 2 minutes at most");
  if (o.sources < 1 || o.sources > 250) refuse("--sources is 1 to 250");
  if (o.in_flight < 1) refuse("--in-flight is at least 1");
  if (o.mode != "echo" && o.mode != "raw" && o.mode != "broadcast" && o.mode != "idle" && o.mode != "handshake")
    refuse("unknown mode " + o.mode);
  if (o.mode == "raw" && (o.tls || o.deflate)) refuse("raw knows neither TLS nor compression");
  if (o.delivery.empty()) o.delivery = o.publish;
  if (o.mode == "handshake") {
    // Nothing is published between the opening and the end.
    if (!o.publish.empty()) refuse("--publish is not for handshakes");
  } else if (o.publish.empty() && !(o.opening.empty() && o.delivery.empty() && o.ping.empty() && o.separator < 0)) {
    refuse("records need --publish");
  }
  if (!o.publish.empty()) {
    if (o.mode == "raw" || o.deflate) refuse("--publish is for echoes, broadcasts and idle connections, uncompressed");
    if (o.publish.find("%s") == std::string::npos || o.delivery.find("%s") == std::string::npos) refuse("%s stands for the content");
    if (o.separator > 255) refuse("--separator is a byte");
    if (o.ping.empty() != o.pong.empty()) refuse("--ping and --pong belong together");
  }
  return o;
}
