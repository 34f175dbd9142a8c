#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox::bench {

/// What the machine itself costs: a blocking TLS client on one keep-alive connection that writes
/// ready bytes and reads until the answer is complete. No parsing, no queue, no loop. By HTTP, or
/// over a websocket once it has been opened.
/// Throws when anything fails: there is nothing to measure then.
class FloorClient {
 public:
  FloorClient(std::uint16_t port, const std::string& ca_file);
  ~FloorClient();
  void write(std::string_view request);
  void read_answer();

  void open_websocket(std::string_view target);
  void write_frame(std::string_view text);
  void read_frame();

 private:
  void read_more();

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox::bench
