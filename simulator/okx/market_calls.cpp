#include <fmt/format.h>

#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator::okx {

OkxDialect::Answer OkxDialect::time(const Call& call) {
  return {fmt::format(R"({{"ts":"{}"}})", ms(call.now)), {}};
}

OkxDialect::Answer OkxDialect::instruments(const Call& call) {
  const auto type = call.query.text("instType");
  if (type != "SPOT" && type != "SWAP") return refuse(51000, "Parameter instType error", 400);
  std::string rows;
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    const auto id = static_cast<MarketId>(i);
    const auto& in = engine_.spec(id).instrument;
    if ((in.kind == MarketKind::linear) != (type == "SWAP")) continue;
    rows += fmt::format(
        R"({}{{"instType":"{}","instId":"{}","baseCcy":"{}","quoteCcy":"{}","tickSz":"{}","lotSz":"{}","minSz":"{}","maxLmtSz":"{}","maxMktSz":"1000000","state":"{}","instIdCode":{},"ctVal":"","ctType":"","settleCcy":""}})",
        rows.empty() ? "" : ",", type, wires_[i], in.base.view(), in.quote.view(),
        in.tick_size.str(), in.lot_size.str(), in.quantity_min.str(), in.quantity_max.str(),
        in.trading ? "live" : "suspend", code_of(id));
  }
  return {rows, {}};
}

std::string OkxDialect::ticker_json(MarketId market, WallTime now) const {
  const auto& top = engine_.top(market);
  const auto last = engine_.last(market);
  const auto side = [](Price price) { return price.is_positive() ? price.str() : std::string{}; };
  return fmt::format(
      R"({{"instType":"SPOT","instId":"{}","last":"{}","lastSz":"0.1","askPx":"{}","askSz":"{}","bidPx":"{}","bidSz":"{}","open24h":"{}","high24h":"{}","low24h":"{}","vol24h":"0","volCcy24h":"0","ts":"{}"}})",
      wire(market), side(last), side(top.ask), top.ask_quantity.str(), side(top.bid),
      top.bid_quantity.str(), side(last), side(last), side(last), ms(now));
}

OkxDialect::Answer OkxDialect::ticker(const Call& call) {
  const auto market = find_market(call.query.text("instId"));
  if (!market) return refuse(51001, "Instrument ID does not exist.");
  return {ticker_json(*market, call.now), {}};
}

OkxDialect::Answer OkxDialect::books(const Call& call) {
  const auto market = find_market(call.query.text("instId"));
  if (!market) return refuse(51001, "Instrument ID does not exist.");
  bool bad = false;
  const auto most = call.query.number("sz", bad).value_or(Decimal{1});
  const auto side = [&](Side of) {
    std::string levels;
    Decimal count;
    for (const auto& level : engine_.external(*market, of)) {
      if (count >= most) break;
      count = count + Decimal{1};
      levels += fmt::format(R"({}["{}","{}","0","1"])", levels.empty() ? "" : ",",
                            level.price.str(), level.quantity.str());
    }
    return levels;
  };
  return {fmt::format(R"({{"asks":[{}],"bids":[{}],"ts":"{}"}})", side(Side::sell), side(Side::buy),
                      ms(call.now)),
          {}};
}

}  // namespace signalbox::simulator::okx
