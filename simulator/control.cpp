#include "simulator/control.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "simulator/binance/params.hpp"
#include "simulator/record_json.hpp"

namespace signalbox::simulator {
namespace {

/// A small JSON object whose keys are taken one by one. What is wrong or left over is kept as one
/// error.
class Fields {
 public:
  explicit Fields(std::string_view body) {
    if (body.empty()) return;
    if (parser_.parse(body.data(), body.size()).get(root_) || root_.get(object_))
      fail("the body must be a JSON object");
    else
      for (const auto field : object_) left_.push_back(field.key);
  }

  void fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
  }
  const std::string& finish() {
    if (!left_.empty()) fail(fmt::format("unknown key '{}'", printable(left_.front())));
    return error_;
  }

  std::optional<std::string_view> text(std::string_view key) {
    std::string_view value;
    return get(key, value, "a string") ? std::optional{value} : std::nullopt;
  }
  std::optional<bool> flag(std::string_view key) {
    bool value = false;
    return get(key, value, "true or false") ? std::optional{value} : std::nullopt;
  }
  std::optional<std::uint32_t> number(std::string_view key, std::uint64_t most) {
    std::uint64_t value = 0;
    if (!get(key, value, "a whole number")) return std::nullopt;
    if (value > most) fail(fmt::format("'{}' is larger than {}", key, most));
    return static_cast<std::uint32_t>(std::min(value, most));
  }
  std::optional<Decimal> decimal(std::string_view key) {
    const auto value = text(key);
    if (!value) return std::nullopt;
    const auto parsed = Decimal::parse(*value);
    if (!parsed || *parsed > amount_max || *parsed < -amount_max) {
      fail(fmt::format("'{}' must be a decimal number in a string", key));
      return std::nullopt;
    }
    return *parsed;
  }
  template <class E>
  std::optional<E> named(std::string_view key) {
    const auto value = text(key);
    if (!value) return std::nullopt;
    for (const auto& each : enum_names<E>)
      if (each.name == *value) return each.value;
    fail(fmt::format("'{}' has no such value", key));
    return std::nullopt;
  }
  template <class T>
  T required(std::string_view key, std::optional<T> value) {
    if (!value) fail(fmt::format("'{}' is missing", key));
    return value.value_or(T{});
  }

 private:
  template <class T>
  bool get(std::string_view key, T& into, std::string_view kind) {
    const auto known = std::find(left_.begin(), left_.end(), key);
    if (known == left_.end()) return false;
    left_.erase(known);
    if (!object_[key].get(into)) return true;
    fail(fmt::format("'{}' must be {}", key, kind));
    return false;
  }
  static std::string printable(std::string_view s) {
    std::string out;
    for (const char c : s.substr(0, 40))
      out += c > ' ' && c < '\x7f' && c != '"' && c != '\\' ? c : '?';
    return out;
  }

  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
  simdjson::dom::object object_;
  std::vector<std::string_view> left_;
  std::string error_;
};

AccountId read_account(Fields& f, const Engine& engine) {
  const auto name = f.required("account", f.text("account"));
  const auto found = engine.find_account(AccountName{name});
  if (!found) f.fail("'account' is not known here");
  return found.value_or(AccountId{});
}

std::optional<AccountId> read_any_account(Fields& f, const Engine& engine) {
  const auto name = f.text("account");
  if (!name) return std::nullopt;
  const auto found = engine.find_account(AccountName{*name});
  if (!found) f.fail("'account' is not known here");
  return found;
}

MarketId read_market(Fields& f, const Engine& engine) {
  const auto name = f.text("symbol");
  if (!name) return MarketId{0};
  const auto found = engine.find_market(Symbol{*name});
  if (!found) f.fail("'symbol' is not known here");
  return found.value_or(MarketId{0});
}

Duration ms_of(std::optional<std::uint32_t> value) {
  return std::chrono::milliseconds{value.value_or(0)};
}

constexpr std::uint64_t delay_max_ms = 3'600'000;
constexpr std::uint64_t count_max = 1'000'000;

RequestFault read_request_fault(Fields& f, const Engine& engine) {
  RequestFault r;
  r.on = f.named<RequestKind>("on").value_or(r.on);
  r.stops_only = f.flag("stops_only").value_or(false);
  r.account = read_any_account(f, engine);
  r.skip = f.number("skip", count_max).value_or(r.skip);
  r.times = f.number("times", count_max).value_or(r.times);
  r.permille = static_cast<std::uint16_t>(f.number("permille", 1000).value_or(r.permille));
  r.kind = f.required("kind", f.named<FaultKind>("kind"));
  r.executed = f.flag("executed").value_or(false);
  r.delay = ms_of(f.number("delay_ms", delay_max_ms));
  r.retry_after_s = f.number("retry_after_s", 86'400).value_or(0);
  return r;
}

StreamFault read_stream_fault(Fields& f, const Engine& engine) {
  StreamFault s;
  s.kind = f.required("kind", f.named<StreamFaultKind>("kind"));
  s.account = read_any_account(f, engine);
  s.skip = f.number("skip", count_max).value_or(s.skip);
  s.times = f.number("times", count_max).value_or(s.times);
  s.permille = static_cast<std::uint16_t>(f.number("permille", 1000).value_or(s.permille));
  s.delay = ms_of(f.number("delay_ms", delay_max_ms));
  return s;
}

FillFault read_fill_fault(Fields& f, const Engine& engine) {
  FillFault l;
  l.account = read_any_account(f, engine);
  l.side = f.named<Side>("side");
  if (const auto q = f.decimal("in_all")) l.in_all = Quantity{*q};
  if (const auto q = f.decimal("per_step")) l.per_step = Quantity{*q};
  return l;
}

HttpReply refused(int status, std::string_view why) {
  HttpReply reply;
  reply.status = status;
  reply.body = fmt::format(R"({{"error":"{}"}})", why);
  return reply;
}

/// The query of GET /simulator/cover.
HttpReply cover(const Exchange& x, std::string_view query, WallTime now) {
  auto params = binance::Params::from_form(query, {});
  if (!params) return refused(400, "the query is malformed");
  CoverQuestion question;
  question.until = now;
  const auto account = x.engine.find_account(AccountName{params->take("account").value_or("main")});
  const auto market = x.engine.find_market(Symbol{params->take("symbol").value_or("BTC/USDT")});
  const auto dust = Decimal::parse(params->take("dust").value_or("0"));
  if (!account || !market || !dust) return refused(400, "account, symbol or dust is not valid");
  question.account = *account;
  question.market = *market;
  question.dust = Quantity{*dust};
  question.client_prefix = params->take("prefix").value_or("");
  if (params->read() != params->sent()) return refused(400, "unknown parameter");
  HttpReply reply;
  reply.body = cover_json(x, question);
  return reply;
}

}  // namespace

HttpReply Control::handle(std::string_view method, std::string_view target, std::string_view body,
                          WallTime now) {
  const auto mark = target.find('?');
  const auto path = target.substr(0, mark);
  const auto query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  auto& engine = exchange_.engine;
  HttpReply ok;
  ok.body = "{}";

  if (method == "GET") {
    if (path == "/simulator/record") {
      ok.body = record_json(exchange_);
      return ok;
    }
    if (path == "/simulator/cover") return cover(exchange_, query, now);
    return refused(404, "no such endpoint");
  }
  if (method == "DELETE" && path == "/simulator/faults") {
    exchange_.faults.clear();
    return ok;
  }
  if (method != "POST") return refused(405, "GET, POST or DELETE");

  Fields f{body};
  // Everything is read and checked before anything is done.
  const auto act = [&](const std::function<void()>& run) {
    if (const auto& wrong = f.finish(); !wrong.empty()) return refused(400, wrong);
    run();
    return ok;
  };
  if (path == "/simulator/move") {
    const auto market = read_market(f, engine);
    const auto price = f.required("price", f.decimal("price"));
    const auto quantity = f.decimal("quantity").value_or(Decimal{1});
    if (!price.is_positive() || quantity.is_negative())
      f.fail("price and quantity must be positive");
    return act([&] { engine.move_to(market, Price{price}, Quantity{quantity}, now); });
  }
  if (path == "/simulator/trading") {
    const auto market = read_market(f, engine);
    const bool trading = f.required("trading", f.flag("trading"));
    return act([&] { engine.set_trading(market, trading, now); });
  }
  if (path == "/simulator/deposit") {
    const auto account = read_account(f, engine);
    const auto asset = f.required("asset", f.text("asset"));
    const auto amount = f.required("amount", f.decimal("amount"));
    bool paid = true;
    const auto reply = act([&] { paid = engine.deposit(account, Asset{asset}, amount, now); });
    return paid ? reply : refused(400, "that much is not free");
  }
  if (path == "/simulator/cancel") {
    const auto account = read_account(f, engine);
    const auto client_id = f.required("client_id", f.text("client_id"));
    bool gone = true;
    const auto reply = act([&] {
      const auto* order = engine.orders().find(account, ClientId{client_id});
      gone = order && engine.cancel(account, order->id, {}, CancelOnly::any, now);
    });
    return gone ? reply : refused(400, "no such open order");
  }
  if (path == "/simulator/streams/cut" || path == "/simulator/streams/mute") {
    const auto account = read_account(f, engine);
    const bool cuts = path.ends_with("cut");
    return act([&] {
      cuts ? exchange_.binance.cut_user_streams(account)
           : exchange_.binance.mute_user_streams(account);
    });
  }
  if (path == "/simulator/streams/shutdown")
    return act([&] { exchange_.binance.shut_down_streams(now); });
  if (path == "/simulator/faults/request") {
    const auto fault = read_request_fault(f, engine);
    return act([&] { exchange_.faults.add(fault); });
  }
  if (path == "/simulator/faults/stream") {
    const auto fault = read_stream_fault(f, engine);
    return act([&] { exchange_.faults.add(fault); });
  }
  if (path == "/simulator/faults/fill") {
    const auto fault = read_fill_fault(f, engine);
    return act([&] { exchange_.faults.add(fault); });
  }
  if (path == "/simulator/faults/refuse_when_live") {
    const auto times = f.required("times", f.number("times", count_max));
    return act([&] { exchange_.faults.refuse_when_live(times); });
  }
  if (path == "/simulator/replay") {
    const bool running = f.required("running", f.flag("running"));
    return act([&] {
      if (on_replay_) on_replay_(running);
    });
  }
  return refused(404, "no such endpoint");
}

}  // namespace signalbox::simulator
