#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "messages/time.hpp"
#include "seams/http_lane.hpp"
#include "simulator/dialect.hpp"

namespace signalbox::simulation {

class Receipts;

/// What a request is, read from its bytes.
struct RequestText {
  enum class Verb : std::uint8_t { question = 1, place, cancel, amend };
  /// Questions that name no order: for the time, the instruments and the account, without which
  /// nobody becomes READY; for open orders and trades of a symbol, of whichever order is sought.
  enum class Asks : std::uint8_t { what_it_names = 1, way_to_ready, fate_of_any };
  Verb verb = Verb::question;
  Asks asks = Asks::what_it_names;
  /// Asks for all open orders of this space; zero: for none.
  std::uint8_t lists = 0;
  std::uint64_t number = 0;  ///< by which the venue calls the order it names; zero: none
};

/// Some venues keep conditional orders apart: a list of the ones says nothing of the others.
constexpr std::uint8_t plain_orders = 1;
constexpr std::uint8_t conditional_orders = 2;

/// After a 403 that names no end; the venue's ten minutes would be a session.
inline constexpr Duration firewall_pause = std::chrono::seconds{60};

/// After a 429, 418 or 403: for as long as it says, or `firewall_pause`.
std::optional<MonoTime> silent_by_status(const HttpAnswer& answer, MonoTime now);

/// One venue's words, as far as the judge and the faults must understand them.
class Words {
 public:
  virtual ~Words() = default;

  virtual RequestText request(std::string_view bytes) const = 0;
  /// What a frame, or the body of an answer, tells of orders and trades.
  virtual void tell(std::string_view text, Receipts& receipts, MonoTime now) const = 0;
  /// Takes out of an answer to a question the orders of which `hidden` says so, by the row's text.
  virtual void hide(simulator::HttpReply& reply, std::string_view target,
                    const std::function<bool(std::string_view row)>& hidden) const = 0;
  /// Until when an answer forbids further requests.
  virtual std::optional<MonoTime> silent_until(const HttpAnswer& answer, MonoTime now,
                                               WallTime wall) const = 0;
  /// A frame that tells a trade.
  virtual bool tells_trade(std::string_view frame) const = 0;
  /// Makes the text say of orders that are cancelled or still open that nothing of them has filled.
  /// False: it said so already, or this venue's words cannot.
  virtual bool forget_fills(std::string& text) const = 0;
  /// An answer with nobody's trades; empty: this is no question for trades.
  virtual std::string_view no_trades(std::string_view target) const = 0;
};

const Words& binance_words();
const Words& usdm_words();
const Words& bybit_words();

}  // namespace signalbox::simulation
