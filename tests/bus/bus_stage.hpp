#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bus/command_socket.hpp"
#include "bus/context.hpp"
#include "bus/fwd.hpp"
#include "tests/bus/raw_peer.hpp"

namespace signalbox::test {

/// What a socket of the bus needs: a loop that runs while a test waits for something, a context,
/// and a runtime folder that goes with it.
class BusStage {
 public:
  /// Every `commands` socket of a stage has this ingress.
  explicit BusStage(Ingress ingress = Ingress::native);
  ~BusStage();

  boost::asio::io_context& loop();
  const std::shared_ptr<BusContext>& context() const { return context_; }
  std::string ipc(const std::string& name) const;
  Ingress ingress() const { return ingress_; }

  /// Runs the loop until `condition` holds; false when it did not within the bound.
  bool until(const std::function<bool()>& condition,
             std::chrono::seconds within = std::chrono::seconds{20});
  /// Runs what is ready on the loop, and does not wait.
  void run_ready();

  /// The next message of a peer, while the loop runs.
  Frames answer_to(RawPeer& peer);

 private:
  struct Loop;
  Ingress ingress_;
  std::unique_ptr<Loop> loop_;
  std::shared_ptr<BusContext> context_;
  std::string folder_;
};

/// Runs its test twice: our own end of ZeroMQ's protocol, and libzmq's as the reference.
struct EachIngress : BusStage {
  EachIngress();
};

inline const std::string any_port = "tcp://127.0.0.1:*";

template <class T>
T opened(Result<T> result) {
  if (!result) FAIL(result.error().what);
  return std::move(*result);
}

/// A `commands` socket that notes what it is sent and refuses malformed messages by name.
struct NotedCommands {
  struct Note {
    Peer peer;
    std::string type;
    std::string body;
  };

  NotedCommands(BusStage& stage, CommandSocketOptions options);

  std::vector<Note> notes;
  std::function<void(const Note&)> on_command;
  std::unique_ptr<CommandSocket> socket;
};

}  // namespace signalbox::test
