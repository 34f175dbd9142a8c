#pragma once

#include "connectors/binance/answers.hpp"
#include "connectors/binance/binance.hpp"
#include "connectors/binance/markets.hpp"
#include "connectors/binance/requests.hpp"
#include "connectors/binance/streams.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::binance {

/// What the venue charges for each request, in weight.
namespace weight {
inline constexpr std::uint32_t time = 1, exchange_info = 20, account = 20, key_rights = 1,
                               order = 1, amend = 4, query = 4, open_orders = 6,
                               open_orders_of_all = 80, trades = 20, book_ticker = 2, stream = 2;
}  // namespace weight

/// What the parts of one connection share.
class Shared final : public Core {
 public:
  Shared(BinanceConfig chosen, const World& world);

  using Core::verdict;
  Verdict verdict(int status, const VenueError& error);

  BinanceConfig config;
  Hosts hosts;
  Markets markets;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;

 protected:
  Verdict judge_answer(const Reply& reply) override;
};

}  // namespace signalbox::binance
