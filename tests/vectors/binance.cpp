#include <algorithm>

#include "connectors/kit/shown_request.hpp"
#include "messages/secret.hpp"
#include "tests/vectors/binance_kinds.hpp"
#include "tests/vectors/exchanges.hpp"

namespace signalbox::vectors {

Secret secret_of(const VectorWorld& world, std::string_view name) {
  auto text = world.credential(name);
  // Answers and frames need no key.
  return Secret::take(text.empty() ? std::string{"none"} : std::move(text));
}

Requests one_request(const kit::RequestBytes& bytes) {
  if (!bytes) return refuse(class_of(bytes.error()));
  return std::vector{kit::show(*bytes)};
}

/// Where ccxt has names of its own for what our classes say.
ErrorClass class_here(const kit::Verdict& verdict, int status) {
  struct Name {
    std::int32_t code;
    std::string_view name;
  };
  constexpr Name names[] = {
      {-1006, "BadResponse"},       {-2020, "OrderNotFillable"},  {-2023, "OperationRejected"},
      {-2024, "InsufficientFunds"}, {-2025, "OperationRejected"}, {-2026, "InvalidOrder"},
      {-2027, "OperationRejected"}, {-2028, "OperationRejected"}, {-4061, "OperationRejected"},
      {-4067, "OperationRejected"}, {-4068, "OperationRejected"}, {-5021, "OrderNotFillable"},
      {-5022, "OrderNotFillable"},
  };
  auto known = class_of(verdict);
  // Its status comes before its code there.
  const bool limited = status == 418 || status == 429;
  const auto by_status = class_of_status(status);
  if ((limited || verdict.code == 0) && !by_status.empty()) known.name = by_status;
  const auto* named = std::find_if(std::begin(names), std::end(names),
                                   [&](const Name& n) { return n.code == verdict.code; });
  if (!limited && named != std::end(names)) known.name = named->name;
  return known;
}

// ---- frames ----

std::optional<std::string_view> frame_of(std::string_view line) {
  const auto brace = line.find('{');
  if (brace == line.npos) return std::nullopt;
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  return line.substr(brace);
}

std::string unreadable_json(const Error& error) {
  return JsonOut{}.text("error", error.what).str();
}

std::string book_ticker_json(const binance::BookTicker& book) {
  JsonOut out;
  out.text("kind", "book_ticker").text("symbol", book.symbol).integer("update", book.update);
  out.number("bid", book.bid.decimal()).number("bid_quantity", book.bid_quantity.decimal());
  out.number("ask", book.ask.decimal()).number("ask_quantity", book.ask_quantity.decimal());
  if (book.event_ms) out.integer("event_time", book.event_ms);
  if (book.engine_ms) out.integer("time", book.engine_ms);
  return out.str();
}

std::string depth_json(const binance::DepthUpdate& depth) {
  const auto level = [](const kit::BookLevel& l) {
    return "[" + l.price.str() + "," + l.quantity.str() + "]";
  };
  JsonOut out;
  out.text("kind", "depth");
  if (!depth.symbol.empty()) out.text("symbol", depth.symbol);
  out.integer("first_update", depth.first).integer("last_update", depth.last);
  if (depth.previous) out.integer("previous_update", depth.previous);
  out.integer("event_time", kit::to_ms(depth.time));
  if (depth.engine_time != WallTime{}) out.integer("time", kit::to_ms(depth.engine_time));
  out.raw("bids", list_json(depth.bids, level)).raw("asks", list_json(depth.asks, level));
  return out.str();
}

namespace {

/// ccxt's `binance` trades both kinds of market; here each has a connector of its own.
class Both final : public VectorVenue {
 public:
  explicit Both(const VectorWorld& world)
      : spot_(make_binance_spot_vectors(world)), futures_(make_binanceusdm(world)) {}

  Requests send(const UnifiedCall& call) override { return pick(call).send(call); }
  Unified read(const UnifiedCall& call, std::span<const CannedAnswer> answers) override {
    return pick(call).read(call, answers);
  }
  std::optional<std::string> frame(std::string_view line) override { return spot_->frame(line); }

 private:
  VectorVenue& pick(const UnifiedCall& call) {
    const bool linear = call.market && call.market->instrument.kind == MarketKind::linear;
    return linear || call.derivative ? *futures_ : *spot_;
  }

  std::unique_ptr<VectorVenue> spot_;
  std::unique_ptr<VectorVenue> futures_;
};

}  // namespace

std::unique_ptr<VectorVenue> make_binance(const VectorWorld& world) {
  return std::make_unique<Both>(world);
}

}  // namespace signalbox::vectors
