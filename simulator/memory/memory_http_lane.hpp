#pragma once

#include <unordered_map>

#include "simulator/memory/memory_net.hpp"

namespace signalbox::simulator {

/// HTTP requests to a dialect in memory. Exactly one call on the sink per token.
class MemoryHttpLane final : public HttpLane {
 public:
  static constexpr std::size_t waiting_max = 1'000;  // requests without an answer

  MemoryHttpLane(MemoryNet& net, HttpSink& sink, std::string peer);
  ~MemoryHttpLane() override;

  void send(HttpToken token, std::string_view request, MonoTime deadline) override;
  /// The cable was pulled.
  void lose();

 private:
  void arrive(HttpToken token, const std::string& request);
  void answer(HttpToken token, const HttpReply& reply);
  void fail(HttpToken token, HttpFailure failure, std::string_view why);
  bool finish(HttpToken token);

  MemoryNet& net_;
  HttpSink& sink_;
  std::string peer_;
  DelayQueue there_, back_;
  std::unordered_map<HttpToken, TimerId> waiting_;  // with the timer of its deadline
};

}  // namespace signalbox::simulator
