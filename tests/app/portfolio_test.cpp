#include "app/portfolio.hpp"

#include <catch2/catch.hpp>

#include "tests/app/events_kit.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

Portfolio two_accounts() {
  return Portfolio{{{.account = AccountName{"main"}, .exchange = VenueName{"binance"}},
                    {.account = AccountName{"second"}, .exchange = VenueName{"binance"}}}};
}

template <class T>
T on_second(T event) {
  event.account = AccountName{"second"};
  return event;
}

SignalHash key(std::string_view signal) {
  return signal_hash(AccountName{"main"}, StrategyName{"trend"}, SignalId{signal});
}

}  // namespace

TEST_CASE("an order is open from its intent to its end", "[portfolio]") {
  auto portfolio = two_accounts();
  for (const auto stage :
       {OrderStage::intended, OrderStage::working, OrderStage::cancelling, OrderStage::unknown}) {
    portfolio.apply(order("s-1", LegKind::stop, stage));
    REQUIRE(portfolio.orders().size() == 1);
    CHECK(portfolio.orders()[0].stage == stage);
  }
  for (const auto stage : {OrderStage::filled, OrderStage::cancelled, OrderStage::expired,
                           OrderStage::rejected, OrderStage::absent}) {
    INFO(name_of(stage));
    portfolio.apply(order("s-1", LegKind::stop, OrderStage::working));
    portfolio.apply(order("s-1", LegKind::stop, stage));
    CHECK(portfolio.orders().empty());
  }
}

TEST_CASE("orders of unknown fate are counted", "[portfolio]") {
  auto portfolio = two_accounts();
  portfolio.apply(order("s-1", LegKind::entry, OrderStage::unknown));
  portfolio.apply(order("s-2", LegKind::stop, OrderStage::unknown));
  portfolio.apply(order("s-3", LegKind::stop, OrderStage::working));
  CHECK(portfolio.unknown_orders() == 2);
  portfolio.apply(order("s-1", LegKind::entry, OrderStage::absent));
  CHECK(portfolio.unknown_orders() == 1);
}

TEST_CASE("a bracket shows where it stands until it ends", "[portfolio]") {
  auto portfolio = two_accounts();
  portfolio.apply(bracket("s-1", BracketPhase::entering));
  portfolio.apply(bracket("s-1", BracketPhase::open));
  REQUIRE(portfolio.brackets().size() == 1);
  CHECK(portfolio.brackets()[0].phase == BracketPhase::open);
  auto other = bracket("s-1", BracketPhase::open);
  other.strategy = StrategyName{"mean"};  // ids are a strategy's own
  portfolio.apply(other);
  CHECK(portfolio.brackets().size() == 2);
  portfolio.apply(bracket("s-1", BracketPhase::ended));
  REQUIRE(portfolio.brackets().size() == 1);
  CHECK(portfolio.brackets()[0].strategy == StrategyName{"mean"});
}

TEST_CASE("what is open can be asked for one account", "[portfolio]") {
  auto portfolio = two_accounts();
  portfolio.apply(bracket("s-1", BracketPhase::open));
  portfolio.apply(on_second(bracket("s-2", BracketPhase::open)));
  portfolio.apply(order("s-1", LegKind::stop, OrderStage::working));
  portfolio.apply(on_second(order("s-2", LegKind::stop, OrderStage::working)));
  CHECK(portfolio.accounts().size() == 2);
  CHECK(portfolio.accounts(AccountName{"second"}).size() == 1);
  REQUIRE(portfolio.brackets(AccountName{"second"}).size() == 1);
  CHECK(portfolio.brackets(AccountName{"second"})[0].signal == SignalId{"s-2"});
  REQUIRE(portfolio.orders(AccountName{"main"}).size() == 1);
  CHECK(portfolio.orders(AccountName{"main"})[0].signal == SignalId{"s-1"});
  CHECK(portfolio.orders(AccountName{"third"}).empty());
}

TEST_CASE("an account shows its link, its trading state and its claim", "[portfolio]") {
  auto portfolio = two_accounts();
  const auto main = [&] { return portfolio.accounts(AccountName{"main"}).at(0); };
  CHECK(main().link == LinkState::down);
  portfolio.apply(connection("main", LinkState::ready));
  CHECK(main().link == LinkState::ready);
  portfolio.apply(notice("main", TradingState::no_entries));
  CHECK(main().state == TradingState::no_entries);
  portfolio.set_initialised(AccountName{"main"}, true);
  CHECK(main().initialised);

  // A page's state is not a change of state; and nothing of this is the other account's.
  portfolio.apply(notice("main", TradingState::active, true));
  CHECK(main().state == TradingState::no_entries);
  const auto second = portfolio.accounts(AccountName{"second"}).at(0);
  CHECK(second.link == LinkState::down);
  CHECK(second.state == TradingState::active);
  CHECK_FALSE(second.initialised);

  portfolio.apply(connection("stranger", LinkState::ready));
  portfolio.set_initialised(AccountName{"stranger"}, true);
  CHECK(portfolio.accounts().size() == 2);
}

TEST_CASE("an entry can be fetched after its end, the oldest goes first", "[portfolio]") {
  auto portfolio = two_accounts();
  CHECK(portfolio.entry_of(key("s-1")) == nullptr);
  portfolio.apply(order("s-1", LegKind::entry, OrderStage::working));
  portfolio.apply(order("s-1", LegKind::stop, OrderStage::working));
  portfolio.apply(order("s-1", LegKind::entry, OrderStage::filled));
  REQUIRE(portfolio.entry_of(key("s-1")) != nullptr);
  CHECK(portfolio.entry_of(key("s-1"))->leg == LegKind::entry);
  CHECK(portfolio.entry_of(key("s-1"))->stage == OrderStage::filled);

  const auto end = [&](std::size_t n) {
    portfolio.apply(order("n-" + std::to_string(n), LegKind::entry, OrderStage::cancelled));
  };
  for (std::size_t n = 1; n < Portfolio::ended_orders_max; ++n) end(n);
  CHECK(portfolio.entry_of(key("s-1")) != nullptr);
  end(Portfolio::ended_orders_max);
  CHECK(portfolio.entry_of(key("s-1")) == nullptr);
  CHECK(portfolio.entry_of(key("n-1")) != nullptr);
}

TEST_CASE("an entry that still rests is never forgotten", "[portfolio]") {
  auto portfolio = two_accounts();
  portfolio.apply(order("s-1", LegKind::entry, OrderStage::working));
  for (std::size_t n = 0; n < Portfolio::ended_orders_max + 10; ++n)
    portfolio.apply(order("n-" + std::to_string(n), LegKind::entry, OrderStage::cancelled));
  REQUIRE(portfolio.entry_of(key("s-1")) != nullptr);
  CHECK(portfolio.entry_of(key("s-1"))->stage == OrderStage::working);
}

TEST_CASE("how an account trades is known, and of all together the strictest", "[portfolio]") {
  auto portfolio = two_accounts();
  const AccountName main{"main"}, second{"second"};
  CHECK(portfolio.state(main) == TradingState::active);
  portfolio.apply(notice("second", TradingState::reduce_only));
  CHECK(portfolio.state(second) == TradingState::reduce_only);
  CHECK(portfolio.state(main) == TradingState::active);
  CHECK(portfolio.state(AccountName{}) == TradingState::reduce_only);
}
