#pragma once

#include <memory>
#include <vector>

#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/link.hpp"
#include "connectors/okx/shared.hpp"
#include "connectors/okx/user_socket.hpp"

namespace signalbox::okx {

/// The way to READY in this venue's words: instruments of two kinds, the account's modes, and two
/// logged-in websockets, of which one alone is no stream; and how its account is read in a gap.
/// Loop thread only.
class Steps final : public kit::LinkSteps, public kit::AccountReads {
 public:
  explicit Steps(Shared& shared);
  void set_streams(std::unique_ptr<WsStream> of_orders, std::unique_ptr<WsStream> of_algos);
  UserSocket& orders_socket() { return orders_; }
  UserSocket& algos_socket() { return algos_; }
  /// Before `Link::start`.
  void set(kit::Link& link, VenueSink* sink);
  /// Hears answers to order entry, and that none will come any more.
  std::function<void(const UserFrame&)> on_answer = [](const UserFrame&) {};
  std::function<void(std::string_view why)> on_orders_lost = [](std::string_view) {};

  void ask_time(TimeDone done) override;
  void load_instruments(Done done) override;
  void read_account(Done done) override;
  void tell_instruments() override;
  void open_stream() override;
  void drop_stream(std::string_view why, bool soon) override;
  void silence_stream() override;

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  bool read_all_fills(WallTime since, const FillsDone& done) override;
  void read_order(const kit::Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

 private:
  // Getting ready.
  void ask_instruments(std::string_view type, std::shared_ptr<std::vector<Market>> found,
                       const Done& done);
  Verdict take_in(std::vector<Market>& found);
  void ask_fee(std::string_view type, const Done& done);
  void ask_balances(const Done& done);
  Verdict take_in_modes(const AccountConfig& account);
  bool wants(const Symbol& symbol) const;

  // The two websockets as one stream.
  void subscribed();
  void lost(std::string_view why, bool soon);

  // What they say.
  void heard(UserFrame& frame);
  void heard(PlainRow& row);
  void heard(const AlgoRow& row);
  void settle_attached(const PlainRow& row);
  void look_for_attached();

  Shared& shared_;
  kit::Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  UserSocket orders_;
  UserSocket algos_;
  bool losing_ = false;
  std::string lost_why_;
  bool lost_soon_ = false;
  Decimal spot_fee_, swap_fee_;
  bool has_swaps_ = false;  // the account's mode allows them

  /// Legs whose parent has ended partly filled: whether the venue placed them shows a little later.
  struct Awaited {
    kit::OrderRow leg;
    MonoTime due{};
  };
  std::vector<Awaited> awaited_;
  kit::OwnTimer awaited_timer_;
};

}  // namespace signalbox::okx
