#include "actors/rules/amend.hpp"

namespace signalbox {

std::optional<AmendRefused> check_amend(const Bracket& bracket, const Amend& amend,
                                        const std::optional<MarketNow>& market) {
  const auto no = [](Reason reason, const std::string& detail) {
    return AmendRefused{reason, Detail{detail}};
  };
  if (!amend.stop_loss && amend.take_profit.empty())
    return no(Reason::bad_field, "neither stop_loss nor take_profit is there");
  if (!bracket.stop_price()) return no(Reason::stop_required, "this order has no bracket");
  if (bracket.closing()) return no(Reason::not_found, "the bracket is closing");
  if (!market) return no(Reason::stale_ticker, "");

  const bool buys = bracket.plan().signal.side == Side::buy;
  if (amend.stop_loss) {
    const Price stop = *amend.stop_loss;
    const Price now = *bracket.stop_price();
    if (!stop.is_positive() || (buys ? stop >= market->bid : stop <= market->ask))
      return no(Reason::wrong_side_stop,
                "stop " + stop.str() + " against " + (buys ? market->bid : market->ask).str());
    if (buys ? stop < now : stop > now)
      return no(Reason::wrong_side_stop,
                "a stop moves only towards safety: it stands at " + now.str());
  }
  const auto targets = bracket.plan().signal.take_profit.size();
  if (!amend.take_profit.empty() && amend.take_profit.size() != targets)
    return no(Reason::bad_targets, "the signal has " + std::to_string(targets) + " targets");
  for (const Price target : amend.take_profit)
    if (!target.is_positive() || (buys ? target <= market->ask : target >= market->bid))
      return no(Reason::wrong_side_target,
                "target " + target.str() + " against " + (buys ? market->ask : market->bid).str());
  return std::nullopt;
}

}  // namespace signalbox
