#pragma once

#include "connectors/coinbase/answers.hpp"
#include "connectors/coinbase/coinbase.hpp"
#include "connectors/coinbase/known_orders.hpp"
#include "connectors/coinbase/requests.hpp"
#include "connectors/coinbase/streams.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::coinbase {

using kit::Ask;
using kit::good;
using kit::not_known;
using kit::not_readable;
using kit::OwnTimer;
using kit::Reply;
using kit::Reports;
using kit::WrittenOrders;

/// What the venue counts: every request of the account, and of the address ("weight") those that
/// need no key.
namespace cost {
inline constexpr PaceCost write{};
inline constexpr std::uint32_t read = 0;
inline constexpr std::uint32_t in_public = 1;
}  // namespace cost

/// What the parts of one connection share, and the keeper of tokens signed ahead.
class Shared final : public kit::Core {
 public:
  Shared(CoinbaseConfig chosen, const World& world);

  /// The time that tokens are made of: a little early, because a token from the future is refused
  /// and our measure of the venue's clock has an error.
  WallTime token_time() const;
  /// From now on tokens of the hot routes are signed while nothing else is to do: one after the
  /// other, each in a turn of its own, none while an order is being written.
  void keep_tokens();
  void stop_keeping_tokens() { refill_.cancel(); }

  CoinbaseConfig config;
  Hosts hosts;
  Markets markets;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;
  KnownOrders known;

 protected:
  Verdict judge_answer(const Reply& reply) override;

 private:
  OwnTimer refill_;
};

}  // namespace signalbox::coinbase
