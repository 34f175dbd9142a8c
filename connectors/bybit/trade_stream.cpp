#include "connectors/bybit/trade_stream.hpp"

namespace signalbox::bybit {

TradeStream::TradeStream(Shared& shared)
    : OrderSocketOf(shared, {.target = std::string{trade_stream_path},
                             .opening_cost = {},
                             .ping_every = ping_every,
                             .ping = R"({"op":"ping"})"}),
      shared_(shared) {}

std::string_view TradeStream::log_on(const std::string& id) {
  return shared_.writer.log_on(id, shared_.venue_now() + log_on_valid_for);
}

void TradeStream::heard(std::string_view frame) {
  const auto read = shared_.frames.trade(frame);
  // It may have been the answer to an order: what is under way is asked for elsewhere.
  if (!read) return drop();
  if (read->kind == TradeAnswer::Kind::log_on && waits_for_log_on()) {
    if (read->error.code == 0) return logged_on();
    static_cast<void>(shared_.verdict(read->error, read->comes_again));
    return drop();
  }
  if (read->kind == TradeAnswer::Kind::order) answered(read->id, *read);
}

}  // namespace signalbox::bybit
