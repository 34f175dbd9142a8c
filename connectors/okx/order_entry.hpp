#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "connectors/okx/shared.hpp"
#include "connectors/okx/steps.hpp"

namespace signalbox::okx {

/// Orders over the logged-in websocket: one write less than a REST request, and the same limits.
/// What was sent and is not answered before its deadline or the loss of the socket is unknown;
/// what did not get on the socket was not sent, and may go another way. Loop thread only.
class OrderEntry {
 public:
  static constexpr std::size_t under_way_max = 256;  // requests

  /// The answer, or nothing when nobody knows; `why` says it for people.
  using Done = std::function<void(const UserFrame* answer, std::string_view why)>;

  OrderEntry(Shared& shared, Steps& steps);

  bool is_up() const { return steps_.orders_socket().is_up() && under_way_.size() < under_way_max; }
  /// Writes with the id it is given. False: nothing was sent and `done` is not called.
  bool send(const std::function<RequestBytes(std::string_view id)>& write, MonoTime deadline,
            Done done);
  /// Everything under way is unknown; calls come from inside.
  void end_all(std::string_view why);
  void forget_all() { under_way_.clear(); }

 private:
  struct UnderWay {
    Done done;
    std::unique_ptr<kit::OwnTimer> timer;
  };
  void finish(const std::string& id, const UserFrame* answer, std::string_view why);

  Shared& shared_;
  Steps& steps_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::string, UnderWay> under_way_;
};

}  // namespace signalbox::okx
