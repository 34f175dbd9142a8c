// Binance, spot and USD-M futures: the same language, but that futures have their conditional
// orders apart.
#include <algorithm>
#include <array>

#include "simulation/receipts.hpp"
#include "simulation/text.hpp"
#include "simulation/words.hpp"

namespace signalbox::simulation {
namespace {

using Verb = RequestText::Verb;
using Asks = RequestText::Asks;

bool is_over(std::string_view status) {
  constexpr std::array<std::string_view, 7> over{"FILLED",   "CANCELED",         "EXPIRED",
                                                 "REJECTED", "EXPIRED_IN_MATCH", "PENDING_CANCEL",
                                                 "FINISHED"};
  return std::find(over.begin(), over.end(), status) != over.end();
}

/// Replaces the value behind each `key`, up to the next quote.
bool restate(std::string& text, std::string_view key, std::string_view value) {
  bool changed = false;
  for (auto at = text.find(key); at != text.npos; at = text.find(key, at + key.size())) {
    const auto from = at + key.size();
    const auto length = text.find('"', from) - from;
    if (text.compare(from, length, value) == 0) continue;
    text.replace(from, length, value);
    changed = true;
  }
  return changed;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

struct Paths {
  std::array<std::string_view, 7> way_to_ready;
  std::array<std::string_view, 3> fate_of_any;
  std::string_view order, algo;
  std::string_view open, open_algos;
  std::string_view trades;
};

class BinanceWords final : public Words {
 public:
  explicit BinanceWords(const Paths& paths) : paths_(paths) {}

  RequestText request(std::string_view bytes) const override {
    RequestText text;
    if (bytes.starts_with("DELETE")) text.verb = Verb::cancel;
    if (bytes.starts_with("POST")) text.verb = Verb::place;
    const auto target = bytes.substr(bytes.find(' ') + 1);
    const auto begins = [&](std::string_view path) {
      return !path.empty() && target.starts_with(path);
    };
    if (std::any_of(paths_.way_to_ready.begin(), paths_.way_to_ready.end(), begins)) {
      text.verb = Verb::question;
      text.asks = Asks::way_to_ready;
    } else if (std::any_of(paths_.fate_of_any.begin(), paths_.fate_of_any.end(), begins)) {
      text.asks = Asks::fate_of_any;
    }
    if (text.verb == Verb::question) {
      if (begins(paths_.open)) text.lists = plain_orders;
      if (begins(paths_.open_algos)) text.lists = conditional_orders;
    }
    const auto line = bytes.substr(0, bytes.find("\r\n"));
    for (const std::string_view key : {"orderId=", "algoId="})
      if (const auto number = number_of(line, key)) text.number = *number;
    return text;
  }

  void tell(std::string_view text, Receipts& receipts, MonoTime now) const override {
    if (text.find(R"("executionReport")") != text.npos ||
        text.find(R"("ORDER_TRADE_UPDATE")") != text.npos) {
      const auto order = number_of(text, R"("i":)");
      if (!order) return;
      if (const auto traded = number_of(text, R"("t":)")) receipts.trade(*order, *traded, now);
      return receipts.status(*order, is_over(word_of(text, R"("X":")")), now);
    }
    if (text.find(R"("ALGO_UPDATE")") != text.npos) {
      if (const auto algo = number_of(text, R"("aid":)"))
        receipts.status(*algo, is_over(word_of(text, R"("X":")")), now);
      return;
    }
    constexpr std::string_view key = R"("orderId":)";
    for_each_part(text, key, [&](std::string_view part, std::size_t at) {
      const auto order = number_at(part, 0);
      if (!order) return;
      receipts.status(*order, is_over(word_of(part, R"("status":")")), now);
      for_each_part(part, R"("tradeId":)", [&](std::string_view trade, std::size_t) {
        if (const auto id = number_at(trade, 0)) receipts.trade(*order, *id, now);
      });
      // A row of the trade history names the trade just before its order.
      const auto before = text.substr(0, at);
      if (const auto id = before.rfind(R"("id":)"); id != before.npos && at - id < 40)
        if (const auto traded = number_at(before, id + 5)) receipts.trade(*order, *traded, now);
    });
    for_each_part(text, R"("algoId":)", [&](std::string_view part, std::size_t) {
      const auto algo = number_at(part, 0);
      const bool cancelled = part.find(R"("msg":"success")") != part.npos;
      if (algo)
        receipts.status(*algo, cancelled || is_over(word_of(part, R"("algoStatus":")")), now);
    });
  }

  void hide(simulator::HttpReply& reply, std::string_view target,
            const std::function<bool(std::string_view)>& hidden) const override {
    const auto path = path_of(target);
    const bool one = path == paths_.order || path == paths_.algo;
    if (reply.status != 200 || (!one && path != paths_.open && path != paths_.open_algos)) return;
    if (one) {
      if (!hidden(reply.body)) return;
      reply.status = 400;
      reply.body = R"({"code":-2013,"msg":"Order does not exist."})";
      return;
    }
    std::string shown = "[";
    for (std::string_view rest{reply.body}; !rest.empty();) {
      const auto from = rest.find('{');
      if (from == rest.npos) break;
      const auto end = rest.find('}', from) + 1;  // rows hold no object
      if (const auto row = rest.substr(from, end - from); !hidden(row)) {
        if (shown.size() > 1) shown += ',';
        shown += row;
      }
      rest.remove_prefix(end);
    }
    reply.body = shown + "]";
  }

  std::optional<MonoTime> silent_until(const HttpAnswer& answer, MonoTime now,
                                       WallTime) const override {
    return silent_by_status(answer, now);
  }

  bool tells_trade(std::string_view frame) const override {
    return frame.find(R"("x":"TRADE")") != frame.npos;
  }

  bool forget_fills(std::string& text) const override {
    if (text.find(R"("x":"CANCELED")") != text.npos || text.find(R"("x":"EXPIRED")") != text.npos)
      return restate(text, R"("z":")", "0.00000000");
    const bool ended = text.find(R"("status":"CANCELED")") != text.npos ||
                       text.find(R"("status":"EXPIRED")") != text.npos;
    const bool partly = text.find(R"("status":"PARTIALLY_FILLED")") != text.npos;
    // More than one order in one text: those that have filled must stay as they are.
    if ((!ended && !partly) || text.find(R"("status":"FILLED")") != text.npos) return false;
    bool changed = restate(text, R"("executedQty":")", "0.00000000");
    for (const std::string_view key : {R"("cummulativeQuoteQty":")", R"("cumQuote":")"})
      changed = restate(text, key, "0.00000000") || changed;
    constexpr std::string_view open = R"("status":"PARTIALLY_FILLED")";
    for (auto at = text.find(open); at != text.npos; at = text.find(open, at))
      text.replace(at, open.size(), R"("status":"NEW")"), changed = true;
    return changed;
  }

  std::string_view no_trades(std::string_view target) const override {
    return path_of(target) == paths_.trades ? "[]" : "";
  }

 private:
  const Paths& paths_;
};

}  // namespace

std::optional<MonoTime> silent_by_status(const HttpAnswer& answer, MonoTime now) {
  if (answer.status != 429 && answer.status != 418 && answer.status != 403) return std::nullopt;
  const auto named = number_of(answer.headers, "Retry-After: ");
  return now + (named ? Duration{std::chrono::seconds{*named}} : firewall_pause);
}

const Words& binance_words() {
  static constexpr Paths paths{
      .way_to_ready = {"/api/v3/time", "/api/v3/exchangeInfo", "/api/v3/account"},
      .fate_of_any = {"/api/v3/openOrders?symbol=", "/api/v3/myTrades"},
      .order = "/api/v3/order",
      .algo = "/none",
      .open = "/api/v3/openOrders",
      .open_algos = "/none",
      .trades = "/api/v3/myTrades"};
  static const BinanceWords words{paths};
  return words;
}

const Words& usdm_words() {
  static constexpr Paths paths{
      .way_to_ready = {"/fapi/v1/time", "/fapi/v1/exchangeInfo", "/fapi/v3/account",
                       "/fapi/v3/positionRisk", "/fapi/v1/positionSide", "/fapi/v1/symbolConfig",
                       "/fapi/v1/listenKey"},
      .fate_of_any = {"/fapi/v1/openOrders?symbol=", "/fapi/v1/openAlgoOrders?symbol=",
                      "/fapi/v1/userTrades"},
      .order = "/fapi/v1/order",
      .algo = "/fapi/v1/algoOrder",
      .open = "/fapi/v1/openOrders",
      .open_algos = "/fapi/v1/openAlgoOrders",
      .trades = "/fapi/v1/userTrades"};
  static const BinanceWords words{paths};
  return words;
}

}  // namespace signalbox::simulation
