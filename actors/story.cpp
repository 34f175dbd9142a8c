#include "actors/story.hpp"

#include <algorithm>

#include "messages/codec.hpp"
#include "messages/to_text.hpp"

namespace signalbox {
namespace {

template <class T>
std::string text_of(const T& value) {
  std::string text;
  printing::print(text, value);
  return text;
}

/// " at 60000", or nothing.
template <class T>
std::string said(std::string_view before, const std::optional<T>& value) {
  if (!value) return {};
  if constexpr (requires { value->str(); })
    return std::string{before} + value->str();
  else
    return std::string{before} + text_of(*value);
}
std::string said(std::string_view before, const Detail& detail) {
  return detail.empty() ? std::string{} : std::string{before} + detail.str();
}

std::string size_of(const Signal& s) {
  return said(" ", s.quantity) + said(" worth ", s.notional) + said(" risking ", s.risk);
}

std::string protection_of(const Signal& s) {
  std::string text;
  if (s.stop_loss)
    text += said(", stop ", s.stop_loss->price) + said(", stop percent ", s.stop_loss->percent);
  for (const auto& target : s.take_profit)
    text += said(", target ", target.price) + said(", target percent ", target.percent) +
            said(" of ", target.fraction);
  if (s.trail) text += ", trailing at " + s.trail->offset.str();
  return text;
}

/// ", ticker 12ms old", or nothing. A millisecond is as fine as people want it.
std::string aged(std::string_view what, const std::optional<Duration>& age) {
  if (!age) return {};
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(*age).count();
  return ", " + std::string{what} + " " + std::to_string(ms) + "ms old";
}

std::string numbers_of(const Verdict& v) {
  return said(", quantity ", v.quantity) + said(", worth ", v.notional) +
         said(", market at ", v.reference) + aged("ticker", v.ticker_age) +
         aged("balances", v.balance_age) + said(", confidence ", v.confidence);
}

std::optional<SignalHash> key_named(const SignalId& name) {
  if (const auto order = parse_client_order_id(name.view())) return order->signal;
  if (name.size() == SignalHash::capacity) return SignalHash{name.view()};
  return std::nullopt;
}

/// BTC and USDT of BTC/USDT or BTC/USDT:USDT.
bool trades_in(const Symbol& symbol, const Asset& asset) {
  const auto text = symbol.view().substr(0, symbol.view().find(':'));
  const auto slash = text.find('/');
  return slash != std::string_view::npos &&
         (text.substr(0, slash) == asset.view() || text.substr(slash + 1) == asset.view());
}

}  // namespace

Story::Story(StoryOf of) : of_(std::move(of)), named_(key_named(of_.name)) {}

bool Story::is_asked_for(const Signal& signal) const {
  if (of_.account && *of_.account != signal.account) return false;
  if (of_.strategy && *of_.strategy != signal.strategy) return false;
  return signal.id == of_.name ||
         (named_ && signal_hash(signal.account, signal.strategy, signal.id) == *named_);
}

template <class T, class Tell>
Result<void> Story::with(const RecordView& record, Tell&& tell) {
  const auto decoded =
      decode<T>({reinterpret_cast<const char*>(record.payload.data()), record.payload.size()});
  if (!decoded)
    return failed(Fault::corrupt, "journal record " +
                                      std::to_string(static_cast<std::uint64_t>(record.number)) +
                                      " cannot be read: " + decoded.error().what);
  tell(*decoded);
  return {};
}

bool Story::names_us(const RecordView& record) const {
  const std::string_view text{reinterpret_cast<const char*>(record.payload.data()),
                              record.payload.size()};
  return text.find(key_->view()) != std::string_view::npos ||
         text.find(signal_.view()) != std::string_view::npos;
}

Result<void> Story::take(const RecordView& record) {
  const auto type = static_cast<RecordType>(record.kind);
  if (type == RecordType::signal_accepted && (!of_.account || record.account == *of_.account))
    return with<SignalRecord>(record, [&](const SignalRecord& r) { tell(record, r); });
  if (!found() || record.account != account_) return {};
  const auto told = [&]<class T>(const T*) {
    return with<T>(record, [&](const T& r) { tell(record, r); });
  };
  if (type == RecordType::trading_state_set) {
    if (steps_.empty() || over_) return {};
    return told(static_cast<const TradingStateRecord*>(nullptr));
  }
  if (!names_us(record)) return {};
  switch (type) {
    case RecordType::signal_judged: return told(static_cast<const JudgedRecord*>(nullptr));
    case RecordType::orders_intended: return told(static_cast<const PlaceOrders*>(nullptr));
    case RecordType::cancel_intended: return told(static_cast<const CancelOrder*>(nullptr));
    case RecordType::order_reported: return told(static_cast<const OrderReport*>(nullptr));
    case RecordType::filled: return told(static_cast<const FillReport*>(nullptr));
    case RecordType::order_absent: return told(static_cast<const AbsentRecord*>(nullptr));
    case RecordType::bracket_ended: return told(static_cast<const SignalOutcome*>(nullptr));
    case RecordType::bracket_commanded: return told(static_cast<const CommandRecord*>(nullptr));
    default: return {};
  }
}

void Story::add(const RecordView& record, std::string_view what, const std::string& text) {
  more_ = steps_.size() >= steps_max;
  if (more_) return;
  steps_.push_back({.log_number = static_cast<std::uint64_t>(record.number),
                    .time = record.time,
                    .what = Text<32>{what},
                    .text = Text<240>{text}});
}

bool Story::is_ours(const ClientOrderId& order) const {
  const auto parsed = parse_client_order_id(order.view());
  return parsed && parsed->signal == *key_;
}

std::string Story::leg_of(const ClientOrderId& order) const {
  const auto parsed = parse_client_order_id(order.view());
  std::string text{name_of(parsed->leg.kind)};
  if (parsed->leg.kind == LegKind::stop || parsed->leg.kind == LegKind::target)
    text += " " + std::to_string(parsed->leg.index + 1);
  if (parsed->generation > 0)
    text += ", order " + std::to_string(parsed->generation + 1) + " of it";
  return text + " (" + order.str() + ")";
}

void Story::tell(const RecordView& record, const SignalRecord& r) {
  const Signal& s = r.signal;
  if (!is_asked_for(s)) return;
  const auto key = signal_hash(s.account, s.strategy, s.id);
  if (found()) {
    ambiguous_ = ambiguous_ || key != *key_;
    return;
  }
  account_ = s.account;
  strategy_ = s.strategy;
  signal_ = s.id;
  symbol_ = s.symbol;
  key_ = key;
  const char* how = r.protects ? "protect " : r.by_place_order ? "place_order " : "signal ";
  add(record, "accepted",
      how + std::string{name_of(s.side)} + (s.reduce_only ? " reduce_only" : "") + size_of(s) +
          " " + s.symbol.str() + " at " + std::string{name_of(s.type)} + said(" ", s.price) +
          protection_of(s) + said(", confidence ", s.confidence));
}

void Story::tell(const RecordView& record, const JudgedRecord& r) {
  const Verdict& v = r.verdict;
  const bool about_us = v.id == signal_ && v.strategy == strategy_;
  over_ = over_ || (about_us && !v.approved);
  if (about_us && !v.approved)
    add(record, "refused",
        std::string{name_of(v.reason)} + ": " + std::string{meaning_of(v.reason)} +
            said("; ", v.detail) + numbers_of(v));
  if (about_us && v.approved)
    add(record, "approved",
        "risk found nothing against it" + numbers_of(v) +
            (v.tier ? ", protected by tier " + std::string{name_of(*v.tier)} : std::string{}));
  for (const auto& part : r.reduces)
    if (part.bracket == *key_)
      add(record, "reduced", "signal " + v.id.str() + " sells " + part.quantity.str() + " of it");
    else if (about_us)
      add(record, "reduces", part.quantity.str() + " of bracket " + part.bracket.str());
}

void Story::tell(const RecordView& record, const PlaceOrders& r) {
  for (const auto& order : r.orders)
    if (is_ours(order.id))
      add(record, "intended",
          leg_of(order.id) + ": " + std::string{name_of(order.side)} + " " + order.quantity.str() +
              " as " + std::string{name_of(order.kind)} + said(", price ", order.price) +
              said(", fires at ", order.trigger_price));
}

void Story::tell(const RecordView& record, const CancelOrder& r) {
  if (is_ours(r.id)) add(record, "cancel intended", leg_of(r.id));
}

void Story::tell(const RecordView& record, const OrderReport& r) {
  if (!is_ours(r.id)) return;
  const bool refused = r.refusal != Refusal::none;
  add(record, "venue says",
      leg_of(r.id) + ": " + std::string{name_of(r.status)} + ", filled " + r.filled.str() +
          (r.triggered ? ", has fired" : "") +
          (r.venue_id.empty() ? std::string{} : ", its number " + r.venue_id.str()) +
          (refused ? ", " + std::string{name_of(r.refusal)} : std::string{}) +
          said("; ", r.detail));
}

void Story::tell(const RecordView& record, const FillReport& r) {
  if (!is_ours(r.id)) return;
  if (r.fee)
    fees_[r.fee_asset] = fees_[r.fee_asset] + *r.fee;
  else
    ++fees_untold_;
  add(record, "filled",
      leg_of(r.id) + ": " + r.quantity.str() + " at " + r.price.str() +
          (r.fee ? ", fee " + r.fee->str() + " " + r.fee_asset.str() : ", fee not told"));
}

void Story::tell(const RecordView& record, const AbsentRecord& r) {
  if (is_ours(r.order))
    add(record, r.told ? "told absent" : "proven absent",
        leg_of(r.order) + (r.told ? ": an operator says that it never reached the venue"
                                  : ": every endpoint of the venue was silent"));
}

void Story::tell(const RecordView& record, const SignalOutcome& r) {
  if (r.id != signal_ || r.strategy != strategy_) return;
  over_ = true;
  add(record, "outcome",
      std::string{name_of(r.outcome)} + ", filled " + r.filled.str() +
          said(", entry at ", r.entry_price) + said(", exit at ", r.exit_price) +
          said(", profit ", r.profit) + fees() +
          (r.left.is_zero() ? std::string{} : ", left " + r.left.str()) +
          ", longest without cover " + text_of(r.uncovered_longest) + said("; ", r.detail));
}

/// The profit of an outcome has base and quote in it; other assets have no price here.
std::string Story::fees() const {
  std::string text;
  for (const bool counted : {true, false}) {
    std::string some;
    for (const auto& [asset, amount] : fees_)
      if (trades_in(symbol_, asset) == counted)
        some += (some.empty() ? "" : " and ") + amount.str() + " " + asset.str();
    if (!some.empty()) text += (counted ? ", after fees of " : ", but not of ") + some;
  }
  if (fees_untold_ > 0)
    text += ", the fees of " + std::to_string(fees_untold_) + " fills were not told";
  return text;
}

void Story::tell(const RecordView& record, const CommandRecord& r) {
  if (r.bracket != *key_) return;
  std::string text{name_of(r.command)};
  text += said(" ", r.quantity) + said(", stop ", r.stop);
  for (const auto& target : r.targets) text += ", target " + target.str();
  add(record, "commanded", text);
}

void Story::tell(const RecordView& record, const TradingStateRecord& r) {
  add(record, "trading state", std::string{name_of(r.state)} + said(": ", r.detail));
}

}  // namespace signalbox
