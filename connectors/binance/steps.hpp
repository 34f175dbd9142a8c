#pragma once

#include <memory>
#include <vector>

#include "connectors/binance/shared.hpp"
#include "connectors/binance/user_stream.hpp"
#include "connectors/kit/account_reads.hpp"
#include "connectors/kit/fill_pages.hpp"
#include "connectors/kit/link.hpp"

namespace signalbox::binance {

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
  void open_stream() override;
  void drop_stream(std::string_view why, bool soon) override { user_.drop(why, soon); }
  void silence_stream() override { user_.silence(); }

  void read_open_orders(OrdersDone done) override;
  void read_fills(MarketIndex market, WallTime since, FillsDone done) override;
  void read_order(const Reports::Live& order, OrderDone done) override;
  std::vector<MarketIndex> chosen_markets() const override;

  /// The same for whoever asks, before a deadline of theirs.
  void read_fills(MarketIndex market, WallTime since, MonoTime deadline, FillsDone done);

 private:
  Verdict take_in(std::string_view exchange_info);
  Verdict take_in_account(std::string_view body);
  void ask_key_rights(Done done);
  void heard(const UserFrame& frame);

  Shared& shared_;
  Link* link_ = nullptr;
  VenueSink* sink_ = nullptr;
  UserStream user_;
  Decimal taker_fee_;
  std::vector<PaceLimit> limits_;
};

}  // namespace signalbox::binance
