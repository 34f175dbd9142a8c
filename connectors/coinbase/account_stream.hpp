#pragma once

#include <functional>

#include "connectors/coinbase/sequence.hpp"
#include "connectors/coinbase/shared.hpp"
#include "connectors/kit/user_stream.hpp"

namespace signalbox::coinbase {

/// The user channel: heartbeats, which keep it alive and show that it is, then the orders with a
/// snapshot of the open ones in pages. A missing number ends it: what it said is caught up. Loop
/// thread only.
class AccountStream final : public kit::UserStream {
 public:
  using Heard = std::function<void(const Frame&)>;
  AccountStream(Shared& shared, Calls calls, Heard heard);

 protected:
  std::string target() const override { return "/"; }
  void greet() override;
  void heard(std::string_view frame) override;

 private:
  void subscribed_when_whole();

  Shared& shared_;
  Heard heard_;
  Sequence sequence_;
  bool acknowledged_ = false;
  bool pictured_ = false;  // the whole snapshot has come
};

/// The venue beats once a second.
inline constexpr Duration heartbeat_within = std::chrono::seconds{5};

}  // namespace signalbox::coinbase
