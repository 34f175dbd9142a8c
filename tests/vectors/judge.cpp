#include "tests/vectors/judge.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace signalbox::vectors {
namespace {

// ---- requests ----

using Tree = std::map<std::string, std::string>;

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// "0.50" and "0.5" are one number; long ids are left alone.
std::string scalar(const std::string& text) {
  constexpr std::size_t number_size_max = 16;
  const bool numeric = !text.empty() && text.size() <= number_size_max &&
                       text.find_first_not_of("0123456789.-eE+") == std::string::npos &&
                       text.find_first_of("0123456789") != std::string::npos &&
                       text.find_first_of("eE") != 0;
  if (!numeric) return text;
  const auto number = decimal_of(std::string_view{text});
  return number ? number->str() : text;
}

void add_form(Tree& tree, std::string_view form, const std::string& where) {
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const auto pair = form.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
    tree[where + unescaped(pair.substr(0, equals))] = scalar(unescaped(value));
    form.remove_prefix(std::min(end + 1, form.size()));
  }
}

void add_json(Tree& tree, JsonValue value, const std::string& path) {
  if (value.is_null()) return;
  if (const auto array = value.array()) {
    std::size_t i = 0;
    for (const auto element : *array) add_json(tree, element, path + "." + std::to_string(i++));
  } else if (const auto object = value.object()) {
    for (const auto field : *object) add_json(tree, field, path + "." + std::string{field.name()});
  } else if (const auto text = value.text()) {
    tree[path] = scalar(std::string{*text});
  } else {
    tree[path] = scalar(json_of(value));
  }
}

/// Where parameters may stand in the query or in the body alike.
bool takes_forms(std::string_view exchange) {
  return exchange == "binance" || exchange == "binanceusdm";
}

Tree meaning(const kit::ShownRequest& request, std::string_view exchange,
             const std::vector<std::string>& ignored) {
  Tree tree;
  const auto query_at = std::min(request.url.find('?'), request.url.size());
  tree[" method"] = request.method;
  tree[" url"] = request.url.substr(0, query_at);
  const bool forms = takes_forms(exchange);
  if (query_at < request.url.size())
    add_form(tree, std::string_view{request.url}.substr(query_at + 1), forms ? "" : "query ");
  JsonReader json;
  const std::string wrapped = "{\"body\":" + request.body + "}";
  if (const auto body = json.object(wrapped); body && !request.body.empty())
    add_json(tree, *body->find("body"), "");
  else
    add_form(tree, request.body, forms ? "" : "body ");
  for (const auto& name : ignored)
    for (const auto& where : {"", "query ", "body ", "."}) tree.erase(where + name);
  return tree;
}

std::string shown(const Tree& tree) {
  std::string text;
  for (const auto& [name, value] : tree) text += name + "=" + value + " ";
  return text;
}

std::string text_in(const JsonObject& from, std::string_view name) {
  const auto value = from.find(name);
  return value && value->text() ? std::string{*value->text()} : std::string{};
}

kit::ShownRequest request_in(const JsonObject& from) {
  kit::ShownRequest request{.method = text_in(from, "method"), .url = text_in(from, "url")};
  request.body = text_in(from, "body");
  if (const auto headers = json_object(from, "headers"))
    for (const auto header : *headers)
      request.headers.emplace_back(header.name(), header.text().value_or(""));
  return request;
}

std::vector<std::string> ignored_of(const JsonObject& one) {
  std::vector<std::string> names{"timestamp",        "signature", "recvWindow",
                                 "newOrderRespType", "nonce",     "tag"};
  if (const auto leaked = json_object(one, "leaked_params"))
    if (const auto noise = json_array(*leaked, "noise"))
      for (const auto name : *noise) names.emplace_back(name.text().value_or(""));
  return names;
}

/// Words of the caller that an exchange would not understand and act on as if they were not there.
std::string leak_in(const Tree& tree) {
  constexpr auto words = std::array<std::string_view, 4>{"stopLossPrice", "takeProfitPrice",
                                                         "stopLoss[", "takeProfit["};
  for (const auto& [name, value] : tree)
    for (const auto word : words)
      if (name.find(word) != name.npos) return name;
  return {};
}

std::string compare_requests(const JsonObject& one, const kit::ShownRequest& have,
                             const VectorWorld& world) {
  const auto list = json_array(one, "requests");
  if (!list) return "the vector has no request";
  std::optional<JsonObject> last;
  for (const auto each : *list) last = each.object();
  if (!last) return "the vector has no request";
  auto ignored = ignored_of(one);
  // ccxt names every order itself there, at random.
  if (world.exchange == "coinbase") ignored.emplace_back("client_order_id");
  const auto want = request_in(*last);
  const auto wanted = meaning(want, world.exchange, ignored);
  const auto sent = meaning(have, world.exchange, ignored);
  if (wanted != sent) return "want " + shown(wanted) + "\n  have " + shown(sent);
  const auto check = signature_check(world.exchange);
  if (!check) return {};
  const auto signature = check(have, world);
  if (signature == false) return "the signature is wrong";
  if (check(want, world).has_value() && !signature) return "it is not signed";
  return {};
}

// ---- answers ----

/// ccxt's classes and what each is a case of.
constexpr auto parents = std::array<std::pair<std::string_view, std::string_view>, 42>{{
    {"AccountNotEnabled", "PermissionDenied"},
    {"AccountSuspended", "AuthenticationError"},
    {"AddressPending", "InvalidAddress"},
    {"ArgumentsRequired", "ExchangeError"},
    {"AuthenticationError", "ExchangeError"},
    {"BadRequest", "ExchangeError"},
    {"BadResponse", "OperationFailed"},
    {"BadSymbol", "BadRequest"},
    {"CancelPending", "OperationFailed"},
    {"ChecksumError", "InvalidNonce"},
    {"ContractUnavailable", "InvalidOrder"},
    {"DDoSProtection", "NetworkError"},
    {"DuplicateOrderId", "InvalidOrder"},
    {"ExchangeClosedByUser", "ExchangeError"},
    {"ExchangeError", "BaseError"},
    {"ExchangeNotAvailable", "NetworkError"},
    {"InsufficientFunds", "ExchangeError"},
    {"InvalidAddress", "ExchangeError"},
    {"InvalidNonce", "NetworkError"},
    {"InvalidOrder", "ExchangeError"},
    {"InvalidProxySettings", "ExchangeError"},
    {"ManualInteractionNeeded", "OperationRejected"},
    {"MarginModeAlreadySet", "NoChange"},
    {"MarketClosed", "OperationRejected"},
    {"NetworkError", "OperationFailed"},
    {"NoChange", "OperationRejected"},
    {"NotSupported", "ExchangeError"},
    {"NullResponse", "BadResponse"},
    {"OnMaintenance", "ExchangeNotAvailable"},
    {"OperationFailed", "BaseError"},
    {"OperationRejected", "ExchangeError"},
    {"OrderImmediatelyFillable", "InvalidOrder"},
    {"OrderNotCached", "InvalidOrder"},
    {"OrderNotFillable", "InvalidOrder"},
    {"OrderNotFound", "InvalidOrder"},
    {"PermissionDenied", "AuthenticationError"},
    {"RateLimitExceeded", "NetworkError"},
    {"RequestTimeout", "NetworkError"},
    {"RestrictedLocation", "OperationRejected"},
    {"UnsubscribeError", "BaseError"},
    {"", ""},
    {"", ""},
}};

bool is_a(std::string_view name, std::string_view wanted) {
  while (!name.empty()) {
    if (name == wanted) return true;
    const auto* parent = std::find_if(parents.begin(), parents.end(),
                                      [&](const auto& pair) { return pair.first == name; });
    if (parent == parents.end()) return false;
    name = parent->second;
  }
  return false;
}

bool same(JsonValue want, std::optional<JsonValue> have) {
  if (want.is_null()) return true;
  if (!have) return false;
  if (const auto array = want.array()) {
    const auto other = have->array();
    if (!other) return false;
    auto at = other->begin();
    for (const auto element : *array) {
      if (at == other->end() || !same(element, *at)) return false;
      ++at;
    }
    return at == other->end();
  }
  if (const auto object = want.object()) {
    const auto other = have->object();
    if (!other) return false;
    for (const auto field : *object)
      if (!same(field, other->find(field.name()))) return false;
    return true;
  }
  if (want.number()) {
    const auto a = decimal_of(want), b = decimal_of(*have);
    if (!a || !b) return false;
    const auto apart = *a > *b ? *a - *b : *b - *a;
    // Nine digits: the vectors went through floating point.
    const auto size = std::max(a->is_negative() ? -*a : *a, Decimal{1});
    return apart <= *Decimal::div(size, Decimal{1'000'000'000}, Rounding::up);
  }
  const auto text = [](JsonValue v) { return v.text() ? std::string{*v.text()} : json_of(v); };
  return text(want) == text(*have);
}

constexpr auto order_fields = std::array<std::string_view, 16>{
    "id",        "clientOrderId", "symbol",   "type",      "side",      "status",
    "price",     "average",       "amount",   "filled",    "remaining", "cost",
    "timestamp", "timeInForce",   "postOnly", "reduceOnly"};
constexpr auto order_more =
    std::array<std::string_view, 4>{"triggerPrice", "stopLossPrice", "takeProfitPrice", "fee"};
constexpr auto ticker_fields = std::array<std::string_view, 11>{
    "symbol", "bid",        "ask",         "last",       "high",     "low",
    "open",   "baseVolume", "quoteVolume", "percentage", "timestamp"};
constexpr auto trade_fields = std::array<std::string_view, 9>{
    "id", "order", "timestamp", "symbol", "price", "amount", "side", "takerOrMaker", "fee"};
constexpr auto position_fields = std::array<std::string_view, 9>{
    "symbol",           "side",     "contracts",     "entryPrice", "markPrice",
    "liquidationPrice", "leverage", "unrealizedPnl", "marginMode"};
constexpr auto book_fields = std::array<std::string_view, 3>{"symbol", "bids", "asks"};

std::vector<std::string_view> fields_of(std::string_view method) {
  std::vector<std::string_view> fields;
  const auto add = [&](const auto& names) {
    fields.insert(fields.end(), names.begin(), names.end());
  };
  if (method == "fetchTicker") return add(ticker_fields), fields;
  if (method == "fetchMyTrades") return add(trade_fields), fields;
  if (method == "fetchPositions") return add(position_fields), fields;
  if (method == "fetchOrderBook") return add(book_fields), fields;
  add(order_fields);
  add(order_more);
  return fields;
}

std::string compare_one(std::string_view method, const JsonObject& want, const JsonObject& have) {
  for (const auto name : fields_of(method)) {
    const auto wanted = want.find(name);
    const auto other = have.find(name);
    if (wanted && !same(*wanted, other))
      return std::string{name} + ": want " + json_of(*wanted) + ", have " +
             (other ? json_of(*other) : "nothing");
  }
  return {};
}

std::string compare_balances(const JsonObject& want, const JsonObject& have) {
  for (const auto* part : {"free", "used", "total"}) {
    const auto wanted = json_object(want, part);
    const auto other = json_object(have, part);
    if (!wanted) continue;
    for (const auto amount : *wanted) {
      const auto mine = other ? other->find(amount.name()) : std::nullopt;
      // What is zero may be left out.
      if (!mine && decimal_of(amount) == Decimal{}) continue;
      if (!same(amount, mine)) return std::string{part} + "." + std::string{amount.name()};
    }
  }
  return {};
}

std::string compare_results(std::string_view method, JsonValue want, JsonValue have) {
  if (method == "fetchTime") return same(want, have) ? "" : "another time";
  if (const auto list = want.array()) {
    const auto other = have.array();
    if (!other) return "no list";
    auto at = other->begin();
    for (const auto element : *list) {
      if (at == other->end()) return "too few entries";
      if (auto why = compare_one(method, *element.object(), *(*at).object()); !why.empty())
        return why;
      ++at;
    }
    return at == other->end() ? "" : "too many entries";
  }
  const auto wanted = want.object();
  const auto other = have.object();
  if (!wanted || !other) return "no object";
  if (method == "fetchBalance") return compare_balances(*wanted, *other);
  return compare_one(method, *wanted, *other);
}

bool is_generic(const JsonObject& one, const JsonObject& error) {
  for (const auto* object : {&one, &error})
    if (const auto generic = object->find("generic"); generic && generic->boolean() == true)
      return true;
  return false;
}

}  // namespace

bool counts(const JsonObject& one) {
  return text_in(one, "expect") != "advisory" && !one.find("no_markets");
}

std::string why_wrong_request(const JsonObject& one, std::string_view line,
                              const VectorWorld& world) {
  JsonReader json;
  const auto answer = json.object(line);
  if (!answer) return "an unreadable line";
  const auto request = json_object(*answer, "request");
  const auto expect = text_in(one, "expect");
  if (expect == "reject") return request ? "sent what must be refused" : "";
  if (expect == "unsupported") {
    if (!request) return {};
    const auto leak = leak_in(meaning(request_in(*request), world.exchange, {}));
    return leak.empty() ? "" : "leaks " + leak;
  }
  if (!request) return "nothing is sent: " + std::string{line};
  return compare_requests(one, request_in(*request), world);
}

std::string why_wrong_answer(const JsonObject& one, std::string_view line) {
  JsonReader json;
  const auto answer = json.object(line);
  if (!answer) return "an unreadable line";
  const auto error = text_in(*answer, "error");
  if (const auto wanted = json_object(one, "error")) {
    if (error.empty()) return "want an error";
    const auto name = text_in(*wanted, "class");
    return is_generic(one, *wanted) || is_a(error, name) ? "" : "want " + name + ", have " + error;
  }
  if (!error.empty()) return "unexpected " + std::string{line};
  const auto want = one.find("result");
  const auto have = answer->find("result");
  if (!want || !have) return "no result";
  return compare_results(text_in(one, "method"), *want, *have);
}

}  // namespace signalbox::vectors
