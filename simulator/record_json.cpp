#include "simulator/record_json.hpp"

#include <fmt/format.h>

#include "simulator/binance/words.hpp"

namespace signalbox::simulator {
namespace {

using binance::word;

/// A list of JSON values, one `add` each.
class JsonArray {
 public:
  void add(const std::string& value) {
    if (text_.size() > 1) text_ += ',';
    text_ += value;
  }
  std::string take() && { return std::move(text_) + "]"; }

 private:
  std::string text_ = "[";
};

std::string_view account_name(const Exchange& x, AccountId id) {
  return x.engine.accounts().spec(id).name.view();
}
std::string_view symbol(const Exchange& x, MarketId id) {
  return x.engine.spec(id).instrument.symbol.view();
}

std::string order_json(const Exchange& x, const Order& o) {
  return fmt::format(
      R"({{"id":{},"account":"{}","symbol":"{}","list":{},"client_id":"{}","side":"{}","type":"{}",)"
      R"("quantity":"{}","price":"{}","stop_price":"{}","filled":"{}","filled_quote":"{}",)"
      R"("status":"{}","end":"{}","triggered":{},"created":{},"updated":{}}})",
      static_cast<std::uint64_t>(o.id), account_name(x, o.account), symbol(x, o.market),
      static_cast<std::int64_t>(o.list), o.client_id.view(), name_of(o.side), word(o.type),
      o.quantity.str(), o.price.str(), o.stop_price.str(), o.filled.str(), o.filled_quote.str(),
      word(o.state), word(o.end), o.triggered, ns(o.created), ns(o.updated));
}

std::string trade_json(const Exchange& x, const Trade& t) {
  return fmt::format(
      R"({{"id":{},"order":{},"account":"{}","symbol":"{}","side":"{}","price":"{}",)"
      R"("quantity":"{}","quote":"{}","fee":"{}","fee_asset":"{}","maker":{},"time":{}}})",
      t.id, static_cast<std::uint64_t>(t.order), account_name(x, t.account), symbol(x, t.market),
      name_of(t.side), t.price.str(), t.quantity.str(), t.quote.str(), t.fee.str(),
      t.fee_asset.view(), t.maker, ns(t.time));
}

std::string change_json(const Record::Entry& e) {
  return fmt::format(R"({{"time":{},"order":{},"change":"{}","status":"{}","rest":"{}"}})",
                     ns(e.time), static_cast<std::uint64_t>(e.order), word_of(e.change),
                     word(e.state), e.rest.str());
}

std::string refusal_json(const Exchange& x, const Record::Refusal& r) {
  return fmt::format(
      R"({{"time":{},"account":"{}","symbol":"{}","client_id":"{}","type":"{}","code":{},)"
      R"("message":"{}"}})",
      ns(r.time), account_name(x, r.account), symbol(x, r.market), r.order.client_id.view(),
      word(r.order.type), binance::to_error(r.reject).code, binance::to_error(r.reject).message);
}

}  // namespace

std::string record_json(const Exchange& x) {
  JsonArray orders, trades, changes, refusals, faults, balances;
  for (const auto& o : x.engine.orders().all()) orders.add(order_json(x, o));
  for (const auto& t : x.engine.record().trades()) trades.add(trade_json(x, t));
  for (const auto& e : x.engine.record().entries()) changes.add(change_json(e));
  for (const auto& r : x.engine.record().refusals()) refusals.add(refusal_json(x, r));
  for (const auto& i : x.faults.injected())
    faults.add(
        fmt::format(R"({{"time":{},"what":"{}","executed":{}}})", ns(i.time), i.what, i.executed));
  for (std::size_t a = 0; a < x.engine.accounts().count(); ++a) {
    const auto id = static_cast<AccountId>(a);
    for (const auto& b : x.engine.accounts().balances(id))
      balances.add(fmt::format(R"({{"account":"{}","asset":"{}","free":"{}","locked":"{}"}})",
                               account_name(x, id), b.asset.view(), b.free.str(), b.locked.str()));
  }
  return fmt::format(
      R"({{"orders":{},"trades":{},"changes":{},"refusals":{},"faults":{},"balances":{},)"
      R"("requests_while_banned":{},"truncated":{}}})",
      std::move(orders).take(), std::move(trades).take(), std::move(changes).take(),
      std::move(refusals).take(), std::move(faults).take(), std::move(balances).take(),
      x.binance.api().limits().requests_while_banned(), x.engine.record().truncated());
}

std::string cover_json(const Exchange& x, const CoverQuestion& question) {
  JsonArray gaps;
  for (const auto& gap : uncovered(x.engine.record(), question))
    gaps.add(fmt::format(R"({{"from":{},"length":{},"most":"{}"}})", ns(gap.from),
                         gap.length.count(), gap.most.str()));
  const auto longest = longest_uncovered(x.engine.record(), question);
  return fmt::format(R"({{"position":"{}","longest":{},"uncovered":{},"truncated":{}}})",
                     held_position(x.engine.record(), question).str(), longest.length.count(),
                     std::move(gaps).take(), x.engine.record().truncated());
}

}  // namespace signalbox::simulator
