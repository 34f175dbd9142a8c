#include "connectors/binance/market_stream.hpp"

#include <algorithm>

#include "connectors/transport/url.hpp"

namespace signalbox::binance {

MarketStream::MarketStream(Shared& shared, std::function<void(const Tick&)> tick)
    : shared_(shared),
      tick_(std::move(tick)),
      backoff_(shared.config.backoff_first, shared.config.backoff_max),
      retry_(shared.timers),
      life_(shared.timers),
      next_frame_(shared.timers) {}

bool MarketStream::subscribe(const Market& market) {
  if (std::find(wanted_.begin(), wanted_.end(), market.index) != wanted_.end()) return true;
  if (wanted_.size() == symbols_max) return false;
  wanted_.push_back(market.index);
  if (stage_ == Stage::open && !next_frame_.is_set()) send_rest();
  if (stage_ == Stage::closed && !retry_.is_set()) open();
  return true;
}

void MarketStream::start() {
  started_ = true;
  if (stage_ == Stage::closed && !retry_.is_set()) open();
}

void MarketStream::silence() {
  silent_ = true;
  for (auto* timer : {&retry_, &life_, &next_frame_}) timer->cancel();
  if (stage_ != Stage::closed) stream_->close();
}

void MarketStream::open() {
  if (silent_ || !started_ || wanted_.empty()) return;
  const auto pace = shared_.pacer.ask(shared_.clock.mono(), PaceClass::entry, {weight::stream, 0});
  if (pace.kind != Pace::Kind::go)
    return retry_.set(std::max(pace.until, shared_.clock.mono() + shared_.config.backoff_first),
                      [this] { open(); });
  stage_ = Stage::opening;
  soon_ = false;
  sent_ = std::min(wanted_.size(), symbols_in_target_max);
  std::string target = "/stream?streams=";
  for (std::size_t i = 0; i < sent_; ++i) {
    if (i > 0) target += '/';
    append_encoded(target, shared_.markets[wanted_[i]].stream);
    target += "@bookTicker";
  }
  stream_->open(target, shared_.clock.mono() + shared_.config.stream_within);
}

void MarketStream::on_open() {
  if (silent_ || stage_ != Stage::opening) return;
  stage_ = Stage::open;
  life_.set(shared_.clock.mono() + shared_.config.stream_life, [this] { renew(true); });
  send_rest();
}

void MarketStream::send_rest() {
  if (stage_ != Stage::open || sent_ == wanted_.size()) return;
  const auto end = std::min(wanted_.size(), sent_ + symbols_in_frame_max);
  std::string frame = R"({"method":"SUBSCRIBE","params":[)";
  for (auto i = sent_; i < end; ++i)
    frame += (i > sent_ ? ",\"" : "\"") + shared_.markets[wanted_[i]].stream + "@bookTicker\"";
  frame += "],\"id\":" + std::to_string(++last_id_) + "}";
  if (!stream_->send(frame)) return renew(false);
  sent_ = end;
  next_frame_.set(shared_.clock.mono() + frame_every, [this] { send_rest(); });
}

void MarketStream::renew(bool soon) {
  if (stage_ != Stage::open && stage_ != Stage::opening) return;
  stage_ = Stage::closing;
  soon_ = soon;
  stream_->close();
}

void MarketStream::on_frame(std::string_view frame) {
  if (silent_ || stage_ != Stage::open) return;
  if (const auto book = scan_book_ticker(frame)) return heard(*book);
  const auto read = shared_.frames.market(frame);
  if (!read) {
    ++unreadable_;  // a ticker lost is replaced by the next one
    return;
  }
  switch (read->kind) {
    case MarketFrame::Kind::book: heard(read->book); return;
    case MarketFrame::Kind::ended: renew(true); return;
    case MarketFrame::Kind::answer:
      if (read->error.code != 0) renew(false);
      return;
    default: return;
  }
}

void MarketStream::heard(const BookTicker& book) {
  if (!last_ || last_->wire != book.symbol) last_ = shared_.markets.find_wire(book.symbol);
  // An empty side is no price: the last one grows old instead.
  if (!last_ || !book.bid.is_positive() || !book.ask.is_positive()) return;
  backoff_.reset();
  tick_({.symbol = last_->instrument.symbol,
         .bid = book.bid,
         .bid_quantity = book.bid_quantity,
         .ask = book.ask,
         .ask_quantity = book.ask_quantity,
         .time = shared_.clock.wall()});
}

void MarketStream::on_closed(std::string_view) {
  const bool at_once = stage_ == Stage::closing && soon_;
  stage_ = Stage::closed;
  life_.cancel();
  next_frame_.cancel();
  if (silent_) return;
  const auto pause = at_once ? Duration{} : backoff_.next(shared_.random);
  retry_.set(shared_.clock.mono() + pause, [this] { open(); });
}

}  // namespace signalbox::binance
