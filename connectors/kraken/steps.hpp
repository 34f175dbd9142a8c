#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "connectors/kit/link.hpp"
#include "connectors/kraken/account_socket.hpp"
#include "connectors/kraken/order_search.hpp"

namespace signalbox::kraken {

using kit::Link;
using kit::LinkSteps;

/// The way to READY in this venue's words, and how its account is read in a gap. Loop thread only.
class Steps final : public LinkSteps, public AccountReads {
 public:
  explicit Steps(Shared& shared);
  AccountSocket& account() { return account_; }
  /// Before `Link::start`.
  void set(Link& link, VenueSink* sink);

  void ask_time(TimeDone done) override;
  void load_instruments(Done done) override;
  void read_account(Done done) override;
  void tell_instruments() override;
  void open_stream() override { account_.open(); }
  void drop_stream(std::string_view why, bool soon) override { account_.drop(why, soon); }
  void silence_stream() override;

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  bool read_all_fills(WallTime since, const FillsDone& done) override;
  void read_order(const Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

  /// Totals change on the stream; what is free only an answer tells.
  static constexpr Duration balances_every = std::chrono::seconds{15};
  /// The key's nonces are reserved ahead of the requests that need them.
  static constexpr Duration reserve_every = std::chrono::seconds{20};

 private:
  Pages::Terms own_terms() const;
  Verdict take_in(std::vector<Market> markets);
  Pages::Question ask_status();
  Pages::Question ask_key_info();
  Pages::Question ask_balances(std::shared_ptr<std::vector<Balance>> found);
  void heard(const AccountFrame& frame);
  void heard(const ExecutionFields& event);
  void ask_stranger(const VenueOrderId& id);
  void balances_changed();
  void reserve_nonces();

  Shared& shared_;
  Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  AccountSocket account_;
  Detail not_allowed_;                          // why this key cannot be traded with; empty: it can
  std::unordered_set<VenueOrderId> strangers_;  // being asked for
  MonoTime balances_at_ = MonoTime::min();
  OwnTimer balances_;
  OwnTimer reserve_;
};

/// What the account holds, as an answer says it.
std::vector<Balance> to_balances(const std::vector<AssetBalance>& said);

}  // namespace signalbox::kraken
