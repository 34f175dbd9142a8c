#include "tests/vectors/vector_file.hpp"

#include <zlib.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace signalbox::vectors {
namespace {

[[noreturn]] void not_a_vector_file(const std::string& why) {
  throw std::runtime_error("not a vector file: " + why);
}

std::string text_or(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  const auto text = value ? value->text() : std::nullopt;
  return text ? std::string{*text} : std::string{};
}

std::optional<JsonObject> object_in(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  return value ? value->object() : std::nullopt;
}

Decimal decimal_or_zero(const std::optional<JsonObject>& from, std::string_view name) {
  const auto value = from ? from->find(name) : std::nullopt;
  return value ? decimal_of(*value).value_or(Decimal{}) : Decimal{};
}

VectorMarket market_of(const JsonObject& from) {
  VectorMarket market{.wire = text_or(from, "id"), .all = from};
  auto& instrument = market.instrument;
  instrument.symbol = Symbol{text_or(from, "symbol")};
  instrument.base = Asset{text_or(from, "base")};
  instrument.quote = Asset{text_or(from, "quote")};
  instrument.kind = instrument.symbol.view().find(':') == std::string_view::npos
                        ? MarketKind::spot
                        : MarketKind::linear;
  const auto precision = object_in(from, "precision");
  instrument.tick_size = Price{decimal_or_zero(precision, "price")};
  instrument.lot_size = Quantity{decimal_or_zero(precision, "amount")};
  if (const auto limits = object_in(from, "limits")) {
    instrument.quantity_min = Quantity{decimal_or_zero(object_in(*limits, "amount"), "min")};
    instrument.notional_min = Notional{decimal_or_zero(object_in(*limits, "cost"), "min")};
  }
  instrument.taker_fee = decimal_or_zero(from, "taker");
  return market;
}

// ---- arguments ----

tl::unexpected<ErrorClass> wrong(std::string name, std::string why) {
  return tl::unexpected(ErrorClass{std::move(name), std::move(why)});
}

/// Positions in an argument list; a missing one is null.
class Arguments {
 public:
  explicit Arguments(const JsonArray& from) {
    for (const auto value : from) values_.push_back(value);
  }
  std::optional<JsonValue> at(std::size_t i) const {
    return i < values_.size() && !values_[i].is_null() ? std::optional{values_[i]} : std::nullopt;
  }
  std::string text(std::size_t i) const {
    const auto value = at(i);
    const auto text = value ? value->text() : std::nullopt;
    return text ? std::string{*text} : std::string{};
  }
  std::optional<Decimal> decimal(std::size_t i) const {
    const auto value = at(i);
    return value ? decimal_of(*value) : std::nullopt;
  }
  std::optional<std::int64_t> integer(std::size_t i) const {
    const auto value = at(i);
    return value ? value->integer() : std::nullopt;
  }
  std::optional<JsonObject> object(std::size_t i) const {
    const auto value = at(i);
    return value ? value->object() : std::nullopt;
  }
  std::optional<JsonObject> last_object() const {
    return values_.empty() ? std::nullopt : values_.back().object();
  }

 private:
  std::vector<JsonValue> values_;
};

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

/// The nearest tick, halves upwards. Exits are rounded by whoever decides on them, before they come
/// this far.
std::optional<Price> on_tick(std::optional<Decimal> price, const Instrument& instrument) {
  if (!price) return std::nullopt;
  const auto tick = instrument.tick_size.decimal();
  const auto half = Decimal::from_raw(tick.raw() / 2);
  const auto rounded = Decimal::to_step(*price + half, tick, Rounding::floor);
  return Price{rounded.value_or(*price)};
}

std::optional<Price> price_in(const JsonObject& params, std::string_view name,
                              const Instrument& instrument) {
  const auto value = params.find(name);
  return value ? on_tick(decimal_of(*value), instrument) : std::nullopt;
}

std::optional<AttachedExit> exit_in(const JsonObject& params, std::string_view name,
                                    const Instrument& instrument) {
  const auto exit = object_in(params, name);
  const auto trigger = exit ? price_in(*exit, "triggerPrice", instrument) : std::nullopt;
  if (!trigger) return std::nullopt;
  return AttachedExit{*trigger, price_in(*exit, "price", instrument)};
}

bool is_set(const JsonObject& params, std::string_view name) {
  const auto value = params.find(name);
  return value && value->boolean().value_or(false);
}

void read_params(const JsonObject& params, UnifiedCall& call) {
  call.params = params;
  call.client_id = text_or(params, "clientOrderId");
  call.trigger = is_set(params, "trigger");
  call.derivative = text_or(params, "type") == "swap";
  if (!call.market) return;
  const auto& instrument = call.market->instrument;
  auto& order = call.order;
  order.trigger_price = price_in(params, "triggerPrice", instrument);
  if (!order.trigger_price) order.trigger_price = price_in(params, "stopPrice", instrument);
  order.stop_loss_price = price_in(params, "stopLossPrice", instrument);
  order.take_profit_price = price_in(params, "takeProfitPrice", instrument);
  order.stop_loss = exit_in(params, "stopLoss", instrument);
  order.take_profit = exit_in(params, "takeProfit", instrument);
  order.post_only = is_set(params, "postOnly");
  order.reduce_only = is_set(params, "reduceOnly");
  order.hedged = is_set(params, "hedged");
  order.margin_mode = text_or(params, "marginMode");
  order.trigger_direction = text_or(params, "triggerDirection");
  const auto tif = text_or(params, "timeInForce");
  if (tif == "GTC") order.time_in_force = TimeInForce::gtc;
  if (tif == "IOC") order.time_in_force = TimeInForce::ioc;
  if (tif == "FOK") order.time_in_force = TimeInForce::fok;
  if (tif == "PO") order.post_only = true;
}

std::optional<ErrorClass> read_order(const Arguments& args, std::size_t from, UnifiedCall& call) {
  auto& order = call.order;
  const auto& instrument = call.market->instrument;
  order.type = lower(args.text(from));
  order.side = args.text(from + 1) == "sell" ? Side::sell : Side::buy;
  const auto amount = args.decimal(from + 2).value_or(Decimal{});
  const auto rounded = Decimal::to_step(amount, instrument.lot_size.decimal(), Rounding::down);
  order.amount = Quantity{rounded.value_or(amount)};
  order.price = on_tick(args.decimal(from + 3), instrument);
  if (order.type.find("limit") != std::string::npos && !order.price)
    return ErrorClass{"InvalidOrder", "a limit order needs a price"};
  return std::nullopt;
}

/// Where the symbol stands among a method's arguments.
std::size_t symbol_at(std::string_view method) {
  if (method == "cancelOrder" || method == "fetchOrder" || method == "editOrder" ||
      method == "setLeverage")
    return 1;
  return 0;
}

bool needs_symbol(std::string_view method) {
  return method != "fetchBalance" && method != "fetchTime" && method != "loadMarkets" &&
         method != "fetchPositions";
}

std::optional<ErrorClass> read_arguments(const Arguments& args, UnifiedCall& call) {
  const auto& method = call.method;
  if (method == "createOrder") return read_order(args, 1, call);
  if (method == "editOrder") {
    call.id = args.text(0);
    return read_order(args, 2, call);
  }
  if (method == "cancelOrder" || method == "fetchOrder") call.id = args.text(0);
  if (method == "createMarketBuyOrderWithCost") call.cost = args.decimal(1);
  if (method == "setLeverage") call.leverage = args.integer(0).value_or(0);
  if (method == "fetchOrderBook") call.limit = args.integer(1);
  if (method == "fetchClosedOrders" || method == "fetchMyTrades") {
    if (const auto since = args.integer(1))
      call.since = WallTime{std::chrono::milliseconds{*since}};
    call.limit = args.integer(2);
  }
  return std::nullopt;
}

}  // namespace

const VectorMarket* VectorWorld::find(std::string_view symbol) const {
  for (const auto& market : markets)
    if (market.instrument.symbol.view() == symbol) return &market;
  return nullptr;
}

std::string VectorWorld::credential(std::string_view name) const {
  const auto found = credentials.find(name);
  return found == credentials.end() ? std::string{} : found->second;
}

VectorFile::VectorFile(const std::string& path) : text_(read_whole(path)) {
  const auto root = json_.object(text_);
  if (!root) not_a_vector_file(root.error().what);
  world_.exchange = text_or(*root, "exchange");
  if (const auto credentials = object_in(*root, "credentials"))
    for (const auto one : *credentials)
      if (const auto text = one.text()) world_.credentials.emplace(one.name(), *text);
  const auto markets = json_array(*root, "markets");
  const auto all = json_array(*root, "cases");
  if (!markets || !all) not_a_vector_file("no markets or no cases");
  for (const auto one : *markets)
    if (const auto market = one.object()) world_.markets.push_back(market_of(*market));
  for (const auto one : *all)
    if (const auto object = one.object()) cases_.push_back(*object);
}

tl::expected<UnifiedCall, ErrorClass> call_of(const JsonObject& one, const VectorWorld& world) {
  const auto list = json_array(one, "args");
  if (!list) return wrong("ArgumentsRequired", "a case without arguments");
  const Arguments args{*list};
  UnifiedCall call{.method = text_or(one, "method"), .params = one};
  const auto clock = json_integer(one, "clock_ms");
  call.now = WallTime{std::chrono::milliseconds{clock.value_or(0)}};
  call.sandbox = is_set(one, "sandbox");
  call.demo = is_set(one, "demo");

  auto symbol = args.text(symbol_at(call.method));
  if (call.method == "fetchPositions") {
    const auto symbols = args.at(0);
    const auto listed = symbols ? symbols->array() : std::nullopt;
    if (listed && listed->begin() != listed->end()) symbol = (*listed->begin()).text().value_or("");
  }
  call.market = symbol.empty() ? nullptr : world.find(symbol);
  if (needs_symbol(call.method) && !call.market) return wrong("BadSymbol", "no such symbol");

  if (const auto params = args.last_object()) read_params(*params, call);
  if (const auto bad = read_arguments(args, call)) return tl::unexpected(*bad);
  return call;
}

std::vector<CannedAnswer> answers_of(const JsonObject& one) {
  std::vector<CannedAnswer> answers;
  const auto list = json_array(one, "responses");
  if (!list) return answers;
  for (const auto each : *list) {
    const auto object = each.object();
    if (!object) continue;
    const auto status = json_integer(*object, "status");
    const auto body = object->find("body");
    CannedAnswer answer{.status = static_cast<int>(status.value_or(200))};
    if (body) answer.body = body->text() ? std::string{*body->text()} : json_of(*body);
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::string read_whole(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{gzopen(path.c_str(), "rb"), gzclose};
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string text;
  std::array<char, 1 << 16> part;
  for (int n = 0; (n = gzread(file.get(), part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(n));
  return text;
}

}  // namespace signalbox::vectors
