#pragma once

#include "simulator/memory/memory_net.hpp"

namespace signalbox::simulator {

/// A websocket to a dialect in memory. Frames keep their order in each direction.
class MemoryWsStream final : public WsStream {
 public:
  static constexpr std::size_t waiting_max = 64;  // frames on their way there

  MemoryWsStream(MemoryNet& net, WsSink& sink, std::string peer);
  ~MemoryWsStream() override;

  void open(std::string_view target, MonoTime deadline) override;
  [[nodiscard]] bool send(std::string_view frame) override;
  void close() override;

  // For the net.
  void receive(std::string_view frame, Duration delay);
  void lose(std::string_view why, Duration after);

 private:
  enum class State : std::uint8_t { closed = 1, opening, open, closing };

  void knock(const std::string& target);
  void ended(const std::string& why);
  void hang_up();

  MemoryNet& net_;
  WsSink& sink_;
  std::string peer_;
  DelayQueue there_, back_;
  TimerId deadline_ = TimerId::none;
  State state_ = State::closed;
  SessionId session_ = SessionId::none;
  std::uint64_t opening_ = 0;  // which opening: late frames of an earlier one are dropped
};

}  // namespace signalbox::simulator
