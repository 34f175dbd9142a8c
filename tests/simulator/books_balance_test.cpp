#include <map>

#include "tests/simulator/desk.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

namespace {

/// Splitmix64: the whole random run is told by one number.
struct Dice {
  std::uint64_t state;
  std::uint64_t roll(std::uint64_t n) {
    auto z = state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) % n;
  }
};

std::string cents(std::uint64_t n) {
  return std::to_string(n / 100) + "." + (n % 100 < 10 ? "0" : "") + std::to_string(n % 100);
}
std::string lots(std::uint64_t n) {
  const auto rest = std::to_string(n % 1000);
  return std::to_string(n / 1000) + "." + std::string(3 - rest.size(), '0') + rest;
}

/// Throws random requests and market moves at a desk with three accounts.
void riot(Desk& desk, Dice& dice, int rounds) {
  const std::vector accounts{desk.account, desk.add_account("b"), desk.add_account("c")};
  const auto near = [&] { return cents(9000 + dice.roll(2000)); };
  const auto some = [&] { return lots(1 + dice.roll(3000)); };
  for (int i = 0; i < rounds; ++i) {
    desk.pass(std::chrono::milliseconds{1 + dice.roll(50)});
    const auto who = accounts[dice.roll(accounts.size())];
    const auto side = dice.roll(2) == 0 ? Side::buy : Side::sell;
    const auto tif = static_cast<TimeInForce>(1 + dice.roll(3));
    switch (dice.roll(9)) {
      case 0:
        static_cast<void>(
            desk.engine.place(who, desk.market, desk.at_market(side, some()), desk.now));
        break;
      case 1:
      case 2: {
        auto o = desk.limit(side, some(), near(), tif);
        o.self_trade = static_cast<SelfTrade>(1 + dice.roll(4));
        static_cast<void>(desk.engine.place(who, desk.market, o, desk.now));
        break;
      }
      case 3: {
        const auto type = static_cast<OrderType>(4 + dice.roll(4));
        auto o = desk.conditional(type, side, some(), near(), near());
        static_cast<void>(desk.engine.place(who, desk.market, o, desk.now));
        break;
      }
      case 4: {
        const auto q = some();
        const auto pair = desk.pair(desk.sell_stop(q, cents(8900 + dice.roll(1000))),
                                    desk.maker(Side::sell, q, cents(10000 + dice.roll(1000))));
        static_cast<void>(desk.engine.place(who, desk.market, pair, desk.now));
        break;
      }
      case 5: {
        const auto q = some();
        const auto list = desk.bracket(desk.buy_limit(q, near()),
                                       desk.sell_stop(q, cents(8900 + dice.roll(1000))),
                                       desk.maker(Side::sell, q, cents(10000 + dice.roll(1000))));
        static_cast<void>(desk.engine.place(who, desk.market, list, desk.now));
        break;
      }
      case 6: {
        const auto known = desk.engine.orders().all().size();
        if (known == 0) break;
        const auto id = static_cast<OrderId>(1 + dice.roll(known));
        static_cast<void>(desk.engine.cancel(who, id, {}, CancelOnly::any, desk.now));
        break;
      }
      case 7: {
        const auto known = desk.engine.orders().all().size();
        if (known == 0) break;
        const auto id = static_cast<OrderId>(1 + dice.roll(known));
        static_cast<void>(desk.engine.amend(who, id, qty(some()), {}, desk.now));
        break;
      }
      default: desk.move_to(near(), some()); break;
    }
  }
}

using Sums = std::map<std::string, Decimal>;

/// What accounts own in all.
Sums owned(const Desk& desk) {
  Sums sums;
  for (std::size_t i = 0; i < desk.engine.accounts().count(); ++i)
    for (const auto& b : desk.engine.accounts().balances(static_cast<AccountId>(i)))
      sums[b.asset.str()] = sums[b.asset.str()] + b.free + b.locked;
  return sums;
}

/// What they must own by deposits and the record's trades alone.
Sums expected(const Desk& desk) {
  Sums sums{{"BTC", Decimal{30}}, {"USDT", Decimal{30000}}};
  for (const auto& t : desk.engine.record().trades()) {
    const auto base = t.side == Side::buy ? t.quantity.decimal() : -t.quantity.decimal();
    const auto value = t.side == Side::buy ? -t.quote.decimal() : t.quote.decimal();
    sums["BTC"] = sums["BTC"] + base;
    sums["USDT"] = sums["USDT"] + value;
    sums[t.fee_asset.str()] = sums[t.fee_asset.str()] - t.fee;
  }
  return sums;
}

}  // namespace

TEST_CASE("balances change by trades and fees and by nothing else", "[engine][property]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Desk desk;
    Dice dice{seed};
    riot(desk, dice, 400);
    REQUIRE(desk.engine.record().trades().size() > 20);
    REQUIRE(owned(desk) == expected(desk));

    // Nobody is overdrawn, and what is locked is exactly what open orders can take.
    for (std::size_t i = 0; i < desk.engine.accounts().count(); ++i) {
      const auto who = static_cast<AccountId>(i);
      std::map<std::uint32_t, std::pair<Asset, Decimal>> locks;
      for (const auto id : desk.engine.orders().open(who)) {
        const auto& o = desk.order(id);
        REQUIRE_FALSE(o.done());
        if (o.held()) continue;
        const auto at = has_price(o.type) ? o.price : o.stop_price;
        const auto need = o.side == Side::sell
                              ? o.rest().decimal()
                              : *Decimal::mul(at.decimal(), o.rest().decimal(), Rounding::exact);
        auto& lock = locks[o.lock];
        lock = {o.side == Side::sell ? desk.btc : desk.usdt, std::max(lock.second, need)};
      }
      Sums locked;
      for (const auto& [id, lock] : locks)
        locked[lock.first.str()] = locked[lock.first.str()] + lock.second;
      for (const auto& b : desk.engine.accounts().balances(who)) {
        REQUIRE_FALSE(b.free.is_negative());
        REQUIRE(b.locked == locked[b.asset.str()]);
      }
      // Cancelling everything frees everything.
      while (!desk.engine.orders().open(who).empty())
        REQUIRE(desk.engine.cancel(who, *desk.engine.orders().open(who).begin(), {},
                                   CancelOnly::any, desk.now));
      for (const auto& b : desk.engine.accounts().balances(who)) REQUIRE(b.locked.is_zero());
    }
  }
}

TEST_CASE("the same seed gives the same run, event for event", "[engine][I14]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Said runs[2];
    for (auto& run : runs) {
      Desk desk;
      Dice dice{seed};
      riot(desk, dice, 300);
      run = desk.said;
    }
    REQUIRE(runs[0].size() > 100);
    REQUIRE(runs[0] == runs[1]);
  }
}
