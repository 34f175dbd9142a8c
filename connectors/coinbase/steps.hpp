#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "connectors/coinbase/account_stream.hpp"
#include "connectors/coinbase/lookup.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox::coinbase {

using kit::Link;

/// This venue's way to READY, how its account is read, and what its user channel says. That channel
/// tells quantities and no trades: the trades of an order that has moved are asked for at once.
/// Loop thread only.
class Steps final : public kit::LinkSteps, public AccountReads {
 public:
  explicit Steps(Shared& shared);
  void set(Link& link, VenueSink* sink);
  WsSink& stream_sink() { return account_; }
  void set_stream(std::unique_ptr<WsStream> stream) { account_.set_stream(std::move(stream)); }

  void ask_time(TimeDone done) override;
  void load_instruments(Done done) override;
  void read_account(Done done) override;
  void tell_instruments() override;
  void open_stream() override;
  void drop_stream(std::string_view why, bool soon) override { account_.drop(why, soon); }
  void silence_stream() override;

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  void read_order(const Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

  /// All balances of the account, page by page.
  Pages::Question ask_balances(std::shared_ptr<std::vector<Balance>> found);
  /// What the venue says of a bracket is asked for: its events tell neither its entry nor whether
  /// it waits for one.
  void look_at(const VenueOrderId& order_id);

 private:
  static constexpr std::size_t looks_max = 6;  // at one order, while the venue is behind itself

  /// A question under way about one order; `again`: more has been heard meanwhile.
  struct Look {
    std::size_t tries = 0;
    bool again = false;
  };
  Pages::Terms own_terms(PaceClass who = PaceClass::entry) const;
  Verdict take_in(std::vector<Market> markets);
  Pages::Question ask_rights();
  Pages::Question ask_fee();
  void heard(const Frame& frame);
  void moved(std::string_view order_id);
  void ask_trades(const std::string& order_id);
  void trades_answered(const std::string& order_id, const FillsRead& read);
  void again_later(const std::string& order_id, Look& look);
  void ask_look(const std::string& order_id);
  void balances_soon();

  Shared& shared_;
  Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  bool silent_ = false;
  AccountStream account_;
  Decimal taker_fee_;
  Detail not_allowed_;
  std::unordered_map<std::string, Look> trades_asked_;
  std::unordered_map<std::string, Look> looks_;
  OwnTimer balances_;
  // Waits between two looks; one timer each, and few at a time.
  std::unordered_map<std::string, std::unique_ptr<OwnTimer>> waits_;
};

}  // namespace signalbox::coinbase
