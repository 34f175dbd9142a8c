#pragma once

#include <unordered_map>

#include "connectors/bybit/answers.hpp"
#include "connectors/bybit/bybit.hpp"
#include "connectors/bybit/children.hpp"
#include "connectors/bybit/requests.hpp"
#include "connectors/bybit/streams.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::bybit {

using kit::Ask;
using kit::good;
using kit::not_known;
using kit::not_readable;
using kit::OwnTimer;
using kit::Reply;
using kit::Reports;
using kit::WrittenOrders;

/// What the venue counts. Each endpoint has a pool of its own; orders and changes share one here,
/// cancels another ("weight"), and the address has one for everything.
namespace cost {
inline constexpr PaceCost order{.weight = 0, .orders = 1};
inline constexpr PaceCost cancel{.weight = 1, .orders = 0};
inline constexpr std::uint32_t read = 0;  // only the address's
}  // namespace cost

/// What the parts of one connection share.
class Shared final : public kit::Core {
 public:
  Shared(BybitConfig chosen, const World& world);

  using Core::verdict;
  /// Of an answer that came over a websocket.
  Verdict verdict(const VenueError& error, std::optional<WallTime> comes_again);

  PositionMode mode_of(const Market& market) const {
    const auto found = modes.find(market.index);
    return found == modes.end() ? PositionMode::one_way : found->second;
  }
  /// The coins that the loaded perpetuals settle in.
  std::vector<std::string> settle_coins() const;

  BybitConfig config;
  Hosts hosts;
  Markets markets;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;
  Children children;
  std::unordered_map<MarketIndex, PositionMode> modes;

 protected:
  Verdict judge_answer(const Reply& reply) override;

 private:
  Verdict heeded(const Verdict& verdict, int status, const VenueError& error,
                 std::optional<WallTime> comes_again);
};

}  // namespace signalbox::bybit
