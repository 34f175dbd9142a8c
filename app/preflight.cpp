#include "app/preflight.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <future>
#include <thread>

#include "actors/runtime/steady_clock.hpp"
#include "actors/runtime/thread_setup.hpp"
#include "app/on_loop.hpp"
#include "app/system_random.hpp"

namespace signalbox {
namespace {

constexpr std::size_t shown_max = 20;  // balances, positions or orders in a line

double milliseconds(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

/// "2: BTC 1, USDT 100000", and how many more.
template <class Item, class Show>
std::string list_of(const std::vector<Item>& items, Show show) {
  auto text = std::to_string(items.size());
  for (std::size_t n = 0; n < std::min(items.size(), shown_max); ++n)
    text += (n == 0 ? ": " : ", ") + show(items[n]);
  return items.size() > shown_max ? text + ", …" : text;
}

std::string shown(const Balance& b) {
  auto text = fmt::format("{} {}", b.asset.view(), b.free.str());
  return b.locked.is_zero() ? text : text + fmt::format(" (and {} held by orders)", b.locked.str());
}
std::string shown(const Position& p) {
  return fmt::format("{} {} @ {}", p.symbol.view(), p.quantity.str(), p.entry_price.str());
}
std::string shown(const OrderReport& o) {
  return fmt::format("{} {} {} {}", o.symbol.view(), name_of(o.side), name_of(o.kind),
                     o.quantity.str());
}

/// Everything a venue says, noted on its loop, until all has been heard or the time is over.
class Look final : public VenueSink {
 public:
  Look(const AccountConfig& account, Venue& venue, const Clock& clock, Timers& timers,
       PreflightOptions options)
      : account_(account),
        venue_(venue),
        clock_(clock),
        timers_(timers),
        until_(clock.mono() + options.within),
        quiet_max_(options.quiet_max) {}

  void start() {
    deadline_ = timers_.at(until_, [this] { end(); });
    venue_.start(*this);
  }
  std::future<void> ended() { return ended_.get_future(); }
  std::vector<VenueFinding> findings() const;

  void on(const LinkReport& report) override {
    link_ = report;
    if (!report.detail.view().empty()) said_ = std::string{report.detail.view()};
    was_ready_ |= report.state == LinkState::ready;
    if (was_ready_ && !asked_) ask();
    end_if_complete();
  }
  void on(const InstrumentsReport& report) override {
    for (const auto& each : report.instruments)
      if (instrument(each.symbol) == nullptr) instruments_.push_back(each);
  }
  void on(const BalancesResult& m) override { note(balances_, m); }
  void on(const PositionsResult& m) override { note(positions_, m); }
  void on(const OrdersResult& m) override { note(orders_, m); }
  void on(const Tick& tick) override {
    if (ticker(tick.symbol) != nullptr) return;
    ticks_.push_back(tick);
    end_if_complete();
  }

  void on(const TickerResult& m) override {
    for (const auto& each : m.items) prices_.push_back(each);
    --tickers_asked_;
    end_if_complete();
  }

  void on(const WriteResult&) override {}
  void on(const FillsResult&) override {}
  void on(const OrderReport&) override {}
  void on(const FillReport&) override {}
  void on(const BalancesReport&) override {}

 private:
  template <class Item>
  static const Item* of_symbol(const std::vector<Item>& items, const Symbol& symbol) {
    const auto it = std::find_if(items.begin(), items.end(),
                                 [&](const Item& each) { return each.symbol == symbol; });
    return it == items.end() ? nullptr : &*it;
  }
  const Instrument* instrument(const Symbol& s) const { return of_symbol(instruments_, s); }
  const Tick* ticker(const Symbol& s) const { return of_symbol(ticks_, s); }

  void ask() {
    asked_ = true;
    const auto next = [this] { return RequestId{++requests_}; };
    venue_.query(QueryBalances{.request = next()}, until_);
    venue_.query(QueryPositions{.request = next()}, until_);
    venue_.query(QueryOpenOrders{.request = next(), .symbol = std::nullopt}, until_);
    for (const auto& symbol : account_.symbols) {
      if (instrument(symbol) == nullptr) continue;
      tickers_asked_ += 2;  // each is answered, the subscription too
      venue_.query(QueryTicker{.request = next(), .symbol = symbol}, until_);
      venue_.subscribe(SubscribeTicker{.request = next(), .symbol = symbol}, until_);
    }
  }
  template <class Answer>
  void note(std::optional<Answer>& into, const Answer& answer) {
    into = answer;
    end_if_complete();
  }
  void end_if_complete() {
    if (!was_ready_ || !balances_ || !positions_ || !orders_ || tickers_asked_ > 0) return;
    for (const auto& symbol : account_.symbols)
      if (instrument(symbol) != nullptr && ticker(symbol) == nullptr) {
        if (!quiet_) quiet_ = timers_.at(clock_.mono() + quiet_max_, [this] { end(); });
        return;
      }
    end();
  }
  void end() {
    if (std::exchange(over_, true)) return;
    timers_.cancel(deadline_);
    if (quiet_) timers_.cancel(*quiet_);
    ended_.set_value();
  }
  void add_connection(std::vector<VenueFinding>& into) const;
  void add_symbol(const Symbol& symbol, std::vector<VenueFinding>& into) const;
  const AccountConfig& account_;
  Venue& venue_;
  const Clock& clock_;
  Timers& timers_;
  const MonoTime until_;
  const Duration quiet_max_;
  TimerId deadline_ = TimerId::none;
  std::optional<TimerId> quiet_;
  std::promise<void> ended_;
  bool over_ = false;

  LinkReport link_;
  std::string said_;  // the last that was not empty
  bool was_ready_ = false;
  bool asked_ = false;
  std::vector<Instrument> instruments_;
  std::optional<BalancesResult> balances_;
  std::optional<PositionsResult> positions_;
  std::optional<OrdersResult> orders_;
  std::uint64_t requests_ = 0;
  std::size_t tickers_asked_ = 0;  // and not answered
  std::vector<Tick> ticks_;        // the first of each symbol by its stream
  std::vector<Tick> prices_;       // asked for
};

void Look::add_connection(std::vector<VenueFinding>& into) const {
  // The clock is measured before anything else, then come the symbols, then the key.
  const bool measured = link_.clock_error > Duration{};
  into.push_back(
      {"clock",
       measured ? fmt::format("{:+.1f} ms from ours, known to {:.1f} ms",
                              milliseconds(link_.clock_offset), milliseconds(link_.clock_error))
                : "the venue has not told its time",
       measured});
  into.push_back({"connection",
                  was_ready_
                      ? "the key may trade, the modes are right, the account's stream is open"
                      : fmt::format("{}: {}", name_of(link_.state),
                                    said_.empty() ? "nothing was answered" : said_),
                  was_ready_});
}

template <class Answer>
void add(const char* what, const std::optional<Answer>& answer, std::vector<VenueFinding>& into) {
  if (!answer) return into.push_back({what, "no answer in time", false});
  if (answer->refusal == Refusal::unsupported) return;  // a spot account has no positions
  if (answer->outcome != Outcome::accepted)
    return into.push_back({what,
                           fmt::format("{}: {} {}", name_of(answer->outcome),
                                       name_of(answer->refusal), answer->detail.view()),
                           false});
  into.push_back(
      {what, list_of(answer->items, [](const auto& each) { return shown(each); }), true});
}

void Look::add_symbol(const Symbol& symbol, std::vector<VenueFinding>& into) const {
  const auto what = fmt::format("{}", symbol.view());
  const auto* i = instrument(symbol);
  if (i == nullptr) return into.push_back({what, "the venue names no such symbol", false});
  into.push_back({what,
                  fmt::format("{}, tick {}, lot {}, at least {} and {} {}",
                              i->trading ? "trades" : "does not trade now", i->tick_size.str(),
                              i->lot_size.str(), i->quantity_min.str(), i->notional_min.str(),
                              i->quote.view()),
                  i->trading});
  const auto price = [](const Tick& t) {
    return fmt::format("bid {} ask {}", t.bid.str(), t.ask.str());
  };
  // A stream speaks when prices change: of a quiet market nothing comes, and nothing is wrong.
  if (const auto* t = ticker(symbol))
    into.push_back({what + " ticker", price(*t), true});
  else if (const auto* asked = of_symbol(prices_, symbol))
    into.push_back({what + " ticker", price(*asked) + "; nothing came by its stream yet", true});
  else
    into.push_back({what + " ticker", "no price, neither asked for nor by its stream", false});
}

std::vector<VenueFinding> Look::findings() const {
  std::vector<VenueFinding> all;
  add_connection(all);
  // Without instruments, nothing is known of any symbol: the connection's line says why.
  if (!instruments_.empty())
    for (const auto& symbol : account_.symbols) add_symbol(symbol, all);
  if (!was_ready_) return all;
  add("balances", balances_, all);
  add("positions", positions_, all);
  add("open orders", orders_, all);
  return all;
}

/// The venue and what hears it live on a loop of their own, and end there.
class Visit {
 public:
  Visit()
      : thread_([this] {
          name_this_thread("check");
          loop_.run();
        }) {}
  ~Visit() {
    on_loop(loop_, [&] {
      if (venue_) venue_->stop();
    });
    on_loop(loop_, [&] {  // after what the venue had left to say
      venue_.reset();
      look_.reset();
    });
    loop_.stop();
    thread_.join();
  }

  Result<std::future<void>> start(const AccountConfig& account, const VenueMaker& maker,
                                  PreflightOptions options) {
    return on_loop(loop_, [&]() -> Result<std::future<void>> {
      auto made = maker.make(account, VenueSeams{loop_, clock_, loop_.timers(), random_});
      if (!made) return tl::unexpected<Error>(made.error());
      venue_ = std::move(*made);
      look_ = std::make_unique<Look>(account, *venue_, clock_, loop_.timers(), options);
      look_->start();
      return look_->ended();
    });
  }
  std::vector<VenueFinding> findings() {
    return on_loop(loop_, [&] { return look_->findings(); });
  }

 private:
  SteadyClock clock_;
  SystemRandom random_;
  Loop loop_{{.name = "check"}};
  std::unique_ptr<Venue> venue_;  // loop
  std::unique_ptr<Look> look_;    // loop; the venue's sink, so it goes after it
  std::thread thread_;
};

}  // namespace

Result<std::vector<VenueFinding>> look_at(const AccountConfig& account, const VenueMakers& makers,
                                          PreflightOptions options) {
  auto maker = makers(account);
  if (!maker) return tl::unexpected<Error>(maker.error());
  Visit visit;
  auto ended = visit.start(account, *maker, options);
  if (!ended) return tl::unexpected<Error>(ended.error());
  ended->wait();
  return visit.findings();
}

}  // namespace signalbox
