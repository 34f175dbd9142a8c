#include "connectors/binanceusdm/tickers.hpp"

#include "connectors/transport/url.hpp"

namespace signalbox::binanceusdm {

std::string Tickers::target(std::span<const MarketIndex> first) const {
  std::string target = "/public/stream?streams=";
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (i > 0) target += '/';
    append_encoded(target, shared_.markets[first[i]].stream);
    target += "@bookTicker";
  }
  return target;
}

std::string Tickers::subscribe(std::span<const MarketIndex> more, std::int64_t id) const {
  std::string frame = R"({"method":"SUBSCRIBE","params":[)";
  for (std::size_t i = 0; i < more.size(); ++i)
    frame += (i > 0 ? ",\"" : "\"") + shared_.markets[more[i]].stream + "@bookTicker\"";
  return frame + "],\"id\":" + std::to_string(id) + "}";
}

TickerFrame Tickers::read(std::string_view frame) {
  using Kind = TickerFrame::Kind;
  const auto read = shared_.frames.market(frame);
  if (!read) return {.kind = Kind::unreadable};
  if (read->kind == MarketFrame::Kind::answer)
    return {.kind = read->error.code != 0 ? Kind::refused : Kind::nothing};
  if (read->kind != MarketFrame::Kind::book) return {};
  const auto& book = read->book;
  if (!last_ || last_->wire != book.symbol) last_ = shared_.markets.find_wire(book.symbol);
  // An empty side is no price: the last one grows old instead.
  if (!last_ || !book.bid.is_positive() || !book.ask.is_positive()) return {};
  return {
      .kind = Kind::tick,
      .tick = {.symbol = last_->instrument.symbol,
               .bid = book.bid,
               .bid_quantity = book.bid_quantity,
               .ask = book.ask,
               .ask_quantity = book.ask_quantity,
               .time = book.engine_ms > 0 ? wall_from_ms(book.engine_ms) : shared_.clock.wall()}};
}

}  // namespace signalbox::binanceusdm
