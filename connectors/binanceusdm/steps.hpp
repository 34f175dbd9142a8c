#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "connectors/binanceusdm/shared.hpp"
#include "connectors/binanceusdm/user_stream.hpp"
#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/fill_pages.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox::binanceusdm {

/// The way to READY in this venue's words, and how its account is read in a gap. Loop thread only.
class Steps final : public LinkSteps, public AccountReads {
 public:
  explicit Steps(Shared& shared);
  void set_stream(std::unique_ptr<WsStream> user) { user_.set_stream(std::move(user)); }
  WsSink& stream_sink() { return user_; }
  /// Before `Link::start`.
  void set(Link& link, VenueSink* sink);

  void ask_time(TimeDone done) override;
  void load_instruments(Done done) override;
  void read_account(Done done) override;
  void tell_instruments() override;
  void open_stream() override { user_.open(); }
  void drop_stream(std::string_view why, bool soon) override { user_.drop(why, soon); }
  void silence_stream() override;

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  void read_order(const Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

  /// The same for whoever asks, before a deadline of theirs. `market` null: of all symbols.
  void read_open_orders(const Market* market, PaceClass who, MonoTime deadline, OrdersDone done);
  void read_fills(MarketIndex market, WallTime since, MonoTime deadline, FillsDone done);
  /// In whichever space it is: a conditional order that has triggered is described by its child.
  void find_order(const ClientOrderId& id, const VenueOrderId& venue_id, const Market& market,
                  MonoTime deadline, OrderDone done);

 private:
  void learn_of(std::vector<OrderKey> algos, MonoTime deadline, std::function<void()> done);
  struct Search;
  void search(std::shared_ptr<Search> search, IdSpace space, VenueOrderId venue_id);
  void searched(const std::shared_ptr<Search>& search, IdSpace space, const Reply& reply);

  /// One request of the connection's own; `then` hears a good verdict only, `done` every other.
  void ask_then(std::uint32_t weight, std::function<RequestBytes()> write, Done done,
                std::function<void(std::string_view body)> then);
  Verdict take_in(std::string_view exchange_info);
  void ask_fees(MarketIndex from, Done done);
  void check_position_mode(Done done);
  void check_symbol_modes(Done done);
  void set_next_mode(Done done);
  void told_balances(const Account& account);
  void account_moved();
  void refresh_account();

  void heard(const UserFrame& frame);
  void heard_order(OrderState order, std::optional<FillRow> fill);
  void heard_algo(const OrderState& order);
  void tell(OrderRow row, std::optional<FillRow> fill);
  void release_held(bool late_ones_too);
  void ask_about_held();

  /// A child that came before its parent was heard to have triggered.
  struct Held {
    OrderState order;
    std::optional<FillRow> fill;
    MonoTime until{};
  };
  static constexpr std::size_t held_max = 64;

  struct ModeChange {
    MarketIndex market = 0;
    bool leverage = false;  // else the margin mode
  };

  Shared& shared_;
  Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  UserStream user_;
  std::vector<PaceLimit> limits_;
  std::deque<Held> held_;
  std::deque<ModeChange> mode_changes_;
  std::vector<std::optional<Decimal>> taker_fees_;  // by market, where they were asked for
  OwnTimer held_timer_;
  OwnTimer account_timer_;
};

}  // namespace signalbox::binanceusdm
