#pragma once

#include <functional>
#include <string_view>

#include "simulator/dialect.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator {

/// The strings behind the stage: moves prices, plans faults, pays in, cancels orders by hand and
/// hands out the venue's own record. For tests, demos and judges; no venue has such a thing, so it
/// is never on a port that speaks a dialect. Endpoints: simulator/README.md. One thread.
class Control {
 public:
  explicit Control(Exchange& exchange) : exchange_(exchange) {}

  /// Called for POST /simulator/replay with whether the replay shall run.
  void on_replay(std::function<void(bool)> call) { on_replay_ = std::move(call); }

  /// Errors are 400 with `{"error":"…"}`; an unknown path is 404.
  HttpReply handle(std::string_view method, std::string_view target, std::string_view body,
                   WallTime now);

 private:
  Exchange& exchange_;
  std::function<void(bool)> on_replay_;
};

}  // namespace signalbox::simulator
