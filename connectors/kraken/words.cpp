#include "connectors/kraken/words.hpp"

#include <algorithm>
#include <array>

namespace signalbox::kraken {
namespace {

struct KindRow {
  std::string_view word;
  OrderKind kind;
};
// The first row of a kind is the word we send.
constexpr auto kinds = std::array{
    KindRow{"market", OrderKind::market},
    KindRow{"limit", OrderKind::limit},
    KindRow{"stop-loss", OrderKind::stop_market},
    KindRow{"stop-loss-limit", OrderKind::stop_limit},
    KindRow{"take-profit", OrderKind::take_profit_market},
    KindRow{"take-profit-limit", OrderKind::take_profit_limit},
    KindRow{"iceberg", OrderKind::limit},
    KindRow{"trailing-stop", OrderKind::stop_market},
    KindRow{"trailing-stop-limit", OrderKind::stop_limit},
    KindRow{"settle-position", OrderKind::market},
};

bool says(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [&](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

Refusal refusal_of(std::string_view reason) {
  if (says(reason, "post only")) return Refusal::would_take;
  if (says(reason, "insufficient")) return Refusal::insufficient_funds;
  return Refusal::none;
}

}  // namespace

std::string_view word(OrderKind kind) {
  for (const auto& row : kinds)
    if (row.kind == kind) return row.word;
  return "market";
}

std::optional<std::string_view> word(Trigger trigger) {
  switch (trigger) {
    case Trigger::last: return "last";
    case Trigger::index: return "index";
    case Trigger::mark: break;
  }
  return std::nullopt;
}

std::string_view form_word(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "IOC";
    case TimeInForce::fok: return "FOK";
    case TimeInForce::gtc: break;
  }
  return "GTC";
}

std::string_view stream_word(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::ioc: return "ioc";
    case TimeInForce::fok: return "fok";
    case TimeInForce::gtc: break;
  }
  return "gtc";
}

std::string_view form_word(SelfTrade rule) {
  return rule == SelfTrade::cancel_oldest ? "cancel-oldest" : "cancel-newest";
}
std::string_view stream_word(SelfTrade rule) {
  return rule == SelfTrade::cancel_oldest ? "cancel_oldest" : "cancel_newest";
}

std::optional<Side> side_of(std::string_view word) {
  if (word == "buy") return Side::buy;
  if (word == "sell") return Side::sell;
  return std::nullopt;
}

std::optional<OrderKind> kind_of(std::string_view order_type) {
  for (const auto& row : kinds)
    if (row.word == order_type) return row.kind;
  return std::nullopt;
}

StatusRead read_status(std::string_view status, std::string_view reason, bool has_filled) {
  const auto live = has_filled ? OrderStatus::partially_filled : OrderStatus::working;
  if (status == "open" || status == "pending" || status == "new" || status == "pending_new" ||
      status == "partially_filled")
    return {.status = live};
  if (status == "closed" || status == "filled") return {.status = OrderStatus::filled};
  if (status == "canceled") {
    const auto refusal = has_filled ? Refusal::none : refusal_of(reason);
    return {.status = refusal == Refusal::none ? OrderStatus::cancelled : OrderStatus::rejected,
            .refusal = refusal};
  }
  if (status == "expired") return {.status = OrderStatus::expired};
  return {.status = live, .known = false};
}

}  // namespace signalbox::kraken
