#include "connectors/binance/tickers.hpp"

#include "connectors/transport/url.hpp"

namespace signalbox::binance {

std::string Tickers::target(std::span<const MarketIndex> first) const {
  std::string target = "/stream?streams=";
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
  if (const auto book = scan_book_ticker(frame)) return told(*book);
  const auto read = shared_.frames.market(frame);
  if (!read) return {.kind = Kind::unreadable};
  switch (read->kind) {
    case MarketFrame::Kind::book: return told(read->book);
    case MarketFrame::Kind::ended: return {.kind = Kind::ended};
    case MarketFrame::Kind::answer:
      return {.kind = read->error.code != 0 ? Kind::refused : Kind::nothing};
    default: return {};
  }
}

TickerFrame Tickers::told(const BookTicker& book) {
  if (!last_ || last_->wire != book.symbol) last_ = shared_.markets.find_wire(book.symbol);
  // An empty side is no price: the last one grows old instead.
  if (!last_ || !book.bid.is_positive() || !book.ask.is_positive()) return {};
  return {.kind = TickerFrame::Kind::tick,
          .tick = {.symbol = last_->instrument.symbol,
                   .bid = book.bid,
                   .bid_quantity = book.bid_quantity,
                   .ask = book.ask,
                   .ask_quantity = book.ask_quantity,
                   .time = shared_.clock.wall()}};
}

}  // namespace signalbox::binance
