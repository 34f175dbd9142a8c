#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages.hpp"
#include "actors/shard.hpp"
#include "journal/memory_file.hpp"
#include "journal/memory_journal.hpp"
#include "simulator/engine/cover.hpp"
#include "simulator/paper/paper_venue.hpp"
#include "tests/shard/watched_journal.hpp"
#include "tests/support/stage.hpp"

namespace signalbox::test {

inline Decimal num(std::string_view text) {
  const auto d = Decimal::parse(text);
  REQUIRE(d);
  return *d;
}

/// Writes down what the shard says to the world.
struct Notes final : Outlet {
  void publish(const Event& event) override { events.push_back(event); }
  void tick(const AccountName&, const Tick&) override { ++ticks; }
  void reply(ClientToken to, const Reply& reply) override { replies.emplace_back(to, reply); }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& each : events)
      if (const auto* t = std::get_if<T>(&each)) found.push_back(*t);
    return found;
  }
  template <class T>
  std::vector<T> told(ClientToken who) const {
    std::vector<T> found;
    for (const auto& [to, reply] : replies)
      if (const auto* t = std::get_if<T>(&reply); t && to == who) found.push_back(*t);
    return found;
  }

  std::vector<Event> events;
  std::vector<std::pair<ClientToken, Reply>> replies;
  std::size_t ticks = 0;
};

/// A whole shard under virtual time, trading on a matching engine: real actors, real rules, the
/// real record format. One account "main", BTC/USDT around 100, ten thousand USDT.
class TradingStage {
 public:
  struct Options {
    StageOptions stage;
    RiskLimits limits = default_limits();
    std::optional<Notional> max_total_notional = {};  ///< over all accounts
    CoverPolicy cover;
    std::vector<SilencePolicy> silences;
    simulator::PaperOptions paper{.latency_there = std::chrono::milliseconds{1},
                                  .latency_back = std::chrono::milliseconds{1}};
    /// `linear`: shorts are allowed; they sell ten BTC that lie there, the matching is spot's.
    MarketKind kind = MarketKind::spot;
    /// Of the account. The engine takes it from what was received, whatever a dialect says.
    std::string_view fee = "0.001";
    std::uint16_t orders_max = 200, conditional_orders_max = 50;  ///< of the symbol
    Durability durability = Durability::process;
    MemoryJournalConfig journal;
    std::function<void(LogNumber)> on_record = {};  ///< a record has just been written
    std::shared_ptr<Suspects> suspects = std::make_shared<Suspects>();
    /// Another road to the exchange than a PaperVenue of its own; called for each connection.
    std::function<std::unique_ptr<Venue>(TradingStage&)> make_venue;
  };

  TradingStage() : TradingStage(Options{}) {}
  explicit TradingStage(Options options);
  ~TradingStage();

  static RiskLimits default_limits() {
    RiskLimits limits;
    limits.max_order_notional = Notional{5'000};
    limits.max_account_notional = Notional{9'000};
    limits.collar_percent = Decimal{2};
    return limits;
  }

  /// A buy of 1 BTC at market, stop 90, target 120, good enough for everything.
  Signal signal(std::string_view id) const;
  Signal limit_signal(std::string_view id, std::string_view price) const;
  void submit(const Signal& signal, ClientToken client = 1) {
    submit_only(SubmitSignal{signal, false, client});
    pass(std::chrono::milliseconds{20});
  }
  void submit_only(const SubmitSignal& m) { stage->send(shard.risk, m); }
  void pass(Duration d) { stage->pass(d); }
  /// The market trades at `price` with plenty on both sides.
  void move_to(std::string_view price, std::string_view quantity = "50");
  /// Keeps the ticker young while time passes.
  void pass_with_ticks(Duration d);

  /// The process dies: actors and venue connections are gone, journal file and exchange stay.
  void crash();
  /// Another process starts on the same journal.
  void restart();

  // What the exchange's own record says.
  std::string base_total() const { return total("BTC"); }
  std::string total(std::string_view asset) const;
  std::size_t open_orders() const;
  Duration longest_uncovered() const;
  Quantity held() const;
  std::size_t trades() const { return exchange.record().trades().size(); }

  /// What was said and what the exchange recorded, in the order of time: for whoever has to find
  /// out why a test failed.
  std::string timeline() const;

  std::vector<SignalOutcome> outcomes() const { return notes.all<SignalOutcome>(); }
  Verdict verdict(std::string_view id) const;

  Options options;
  simulator::FaultPlan faults;
  simulator::Engine exchange;
  simulator::MarketId market{};
  simulator::AccountId account{};
  MemoryFile file;
  Notes notes;
  std::unique_ptr<Stage> stage;
  std::unique_ptr<MemoryJournal> journal;
  std::unique_ptr<WatchedJournal> watched;  ///< the same, as the shard sees it
  simulator::PaperVenue* venue = nullptr;   ///< the newest
  std::size_t venues_made = 0;
  std::vector<std::string> defects;  ///< why the shard was rebuilt, each time
  std::vector<std::string> broken;   ///< why it was not any more
  Shard shard;

 private:
  void start();
  simulator::CoverQuestion question() const;

  bool nudged_ = false;  ///< the ask is a tick wider than the market was set
};

}  // namespace signalbox::test
