#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "connectors/bybit/order_search.hpp"
#include "connectors/bybit/pages.hpp"
#include "connectors/bybit/private_stream.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox::bybit {

using kit::Link;
using kit::LinkSteps;

/// The way to READY in this venue's words, and how its account is read in a gap. Loop thread only.
class Steps final : public LinkSteps, public AccountReads {
 public:
  explicit Steps(Shared& shared);
  void set_stream(std::unique_ptr<WsStream> stream) { account_.set_stream(std::move(stream)); }
  WsSink& stream_sink() { return account_; }
  /// Before `Link::start`.
  void set(Link& link, VenueSink* sink);

  void ask_time(TimeDone done) override;
  void load_instruments(Done done) override;
  void read_account(Done done) override;
  void tell_instruments() override;
  void open_stream() override;
  void drop_stream(std::string_view why, bool soon) override { account_.drop(why, soon); }
  void silence_stream() override { account_.silence(); }

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  void read_order(const Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

  /// The same for whoever asks, before a deadline of theirs.
  void read_fills(MarketIndex market, WallTime since, MonoTime deadline, FillsDone done);

 private:
  Pages::Terms own_terms() const;
  std::vector<NameGuess> wanted_names() const;
  Pages::Question ask_instruments(Category category, std::string name,
                                  std::shared_ptr<std::vector<Market>> found);
  Verdict take_in(std::vector<Market> markets);
  Pages::Question ask_account_info();
  Pages::Question ask_key_info();
  Pages::Question ask_fees(Category category);
  Pages::Question ask_mode(const Market& market);
  Pages::Question ask_wallet(std::shared_ptr<std::vector<Balance>> found);
  bool has_any(Category category) const;
  void heard(const PrivateFrame& frame);
  bool waits_on_wrong_side(const OrderRow& row) const;
  void withdraw(const OrderRow& row);

  Shared& shared_;
  Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  PrivateStream account_;
  Detail not_allowed_;  // why this account or key cannot be traded with; empty: it can
  std::unordered_map<MarketIndex, Decimal> fees_;
  Decimal highest_fee_[2];  // by category, of instruments that no rate names
};

}  // namespace signalbox::bybit
