#include "app/operator_log.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace signalbox {
namespace {

struct Line {
  LogLevel level = LogLevel::off;
  std::string text;
};

template <class... Args>
Line line(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  return {level, fmt::format(format, std::forward<Args>(args)...)};
}

std::string who(const AccountName& account, const StrategyName& strategy, const SignalId& id) {
  return fmt::format("{}/{}/{}", account.view(), strategy.view(), id.view());
}

/// Nothing when there is nothing to say.
std::string why(Refusal refusal, const Detail& detail) {
  std::string text;
  if (refusal != Refusal::none) text += std::string{": "} + std::string{name_of(refusal)};
  if (!detail.empty()) text += " (" + detail.str() + ")";
  return text;
}

Line tell(const Accepted& e) {
  return line(LogLevel::debug, "signal {} accepted: {}, record {}",
              who(e.account, e.strategy, e.id), e.symbol.view(), e.log_number);
}
Line tell(const Verdict& e) {
  const auto id = who(e.account, e.strategy, e.id);
  if (e.approved) return line(LogLevel::debug, "signal {} approved", id);
  return line(LogLevel::debug, "signal {} refused: {} {}", id, name_of(e.reason), e.detail.view());
}
Line tell(const Placed& e) {
  const auto level = e.outcome == Outcome::accepted ? LogLevel::debug : LogLevel::warning;
  return line(level, "entry of signal {}: {}{}", who(e.account, e.strategy, e.id),
              name_of(e.outcome), why(e.refusal, e.detail));
}
Line tell(const SignalOutcome& e) {
  const auto level = e.outcome == BracketOutcome::refused ? LogLevel::debug : LogLevel::info;
  return line(level, "signal {} ended: {}, filled {} {}", who(e.account, e.strategy, e.id),
              name_of(e.outcome), e.filled.str(), e.symbol.view());
}
Line tell(const OrderEvent& e) {
  const auto told = [&](LogLevel level) {
    const auto price = e.trigger_price ? e.trigger_price : e.price;
    return line(level, "order {} ({} of {}) {}: {} {} {} {}{}{}", e.order.view(), name_of(e.leg),
                who(e.account, e.strategy, e.signal), name_of(e.stage), name_of(e.side),
                e.quantity.str(), e.symbol.view(), name_of(e.kind),
                price ? " at " + price->str() : "", why(e.refusal, e.detail));
  };
  switch (e.stage) {
    case OrderStage::unknown:
    case OrderStage::absent: return told(LogLevel::warning);
    case OrderStage::rejected:
      return told(e.leg == LegKind::entry ? LogLevel::info : LogLevel::warning);
    default: return told(LogLevel::debug);
  }
}
Line tell(const FillEvent& e) {
  return line(LogLevel::debug, "fill of {}: {} {} {} at {}", who(e.account, e.strategy, e.signal),
              name_of(e.fill.side), e.fill.quantity.str(), e.fill.symbol.view(),
              e.fill.price.str());
}
Line tell(const BracketEvent& e) {
  const auto level = e.phase == BracketPhase::stranded ? LogLevel::error : LogLevel::debug;
  return line(level, "bracket {} {}: holds {} {}, covered {}", who(e.account, e.strategy, e.signal),
              name_of(e.phase), e.position.str(), e.symbol.view(), e.covered.str());
}
Line tell(const PositionEvent&) { return {}; }
Line tell(const BalanceEvent&) { return {}; }
Line tell(const ConnectionEvent& e) {
  const auto level = e.state == LinkState::ready || e.state == LinkState::connecting
                         ? LogLevel::info
                         : LogLevel::warning;
  return line(level, "account {} link {}: {}", e.account.view(), name_of(e.state), e.detail.view());
}
Line tell(const NoticeEvent& e) {
  const auto account = e.account.empty() ? std::string_view{"all accounts"} : e.account.view();
  if (e.page) return line(LogLevel::error, "PAGE, {}: {}", account, e.detail.view());
  const auto level = e.state == TradingState::active ? LogLevel::info : LogLevel::warning;
  return line(level, "trading state of {} is {}: {}", account, name_of(e.state), e.detail.view());
}

/// What an operator must not be wrong about: whose money this trades with.
std::string_view where_of(const AccountConfig& account) {
  if (!account.hosts.rest.empty()) return account.hosts.rest;
  return account.testnet ? "testnet" : "LIVE";
}

}  // namespace

void OperatorLog::write(LogLevel level, std::string_view line) {
  if (log_ != nullptr && level != LogLevel::off) log_->write(level, line);
}

void OperatorLog::on(const Event& event) {
  if (log_ == nullptr) return;
  const auto told = std::visit([](const auto& each) { return tell(each); }, event);
  write(told.level, told.text);
}

void OperatorLog::on(const Refused& refused) {
  write(LogLevel::debug,
        fmt::format("command '{}' refused: {} {} {}", refused.id.view(), name_of(refused.reason),
                    refused.field_name.view(), refused.detail.view()));
}

void OperatorLog::on(const SupervisionEvent& event) {
  using Kind = SupervisionEvent::Kind;
  const auto why = event.reason ? to_string(event.reason) : std::string{};
  switch (event.kind) {
    case Kind::started:
      return write(LogLevel::info, fmt::format("connection {} started", event.name));
    case Kind::died:
      return write(
          LogLevel::error,
          fmt::format(
              "connection {} died: {}; started again in {} ms", event.name, why,
              std::chrono::duration_cast<std::chrono::milliseconds>(event.retry_in).count()));
    case Kind::gave_up:
      return write(LogLevel::error,
                   fmt::format("connections are no longer started again: {}", why));
    case Kind::stopped:
      return write(LogLevel::info, fmt::format("connection{}{} stopped",
                                               event.name.empty() ? "s" : " ", event.name));
  }
}

void OperatorLog::defect(const std::string& why) {
  write(LogLevel::error, why + ": entries are off, the shard is rebuilt from the journal");
}

void OperatorLog::broken(const std::string& why) {
  write(LogLevel::error, "this process cannot go on and must be started again: " + why);
}

void OperatorLog::on(const Incident& incident) {
  write(LogLevel::error,
        fmt::format("defect in actor {} {}: {}", incident.actor, incident.actor_id, incident.text));
}

void OperatorLog::turned_away(std::string_view address, std::string_view why, MonoTime now) {
  if (now - turned_away_since_ >= std::chrono::seconds{1}) {
    if (turned_away_ > turned_away_lines_max)
      write(LogLevel::warning,
            fmt::format("{} more peers were turned away", turned_away_ - turned_away_lines_max));
    turned_away_since_ = now;
    turned_away_ = 0;
  }
  if (++turned_away_ <= turned_away_lines_max)
    write(LogLevel::warning, fmt::format("peer at {} turned away: {}", address, why));
}

void OperatorLog::starting(const EngineConfig& config, Epoch epoch) {
  if (log_ == nullptr) return;
  write(LogLevel::info,
        fmt::format("engine starts: process {}, epoch {}, journal {}, runtime folder {}", getpid(),
                    static_cast<std::uint64_t>(epoch), config.journal_directory.string(),
                    config.runtime_directory.string()));
  write(LogLevel::info,
        fmt::format("orders leave once {}; the trading thread {}",
                    config.durability == Durability::power ? "committed" : "recorded",
                    config.hot.wait == WaitMode::block  ? "sleeps while nothing happens"
                    : config.hot.wait == WaitMode::spin ? "keeps a CPU busy"
                                                        : "spins a while before it sleeps"));
  if (config.keys)
    write(LogLevel::info, fmt::format("CURVE on TCP: our public key is {}, {} peers are let in",
                                      config.keys->public_key.text(), config.bus.allowed.size()));
  for (const auto& account : config.accounts)
    write(LogLevel::info,
          fmt::format(
              "account {}: {} {}, {} symbols, connection in {}; at most {} an order, {} in "
              "all; cover within {} ms",
              account.name.view(), account.venue.view(), where_of(account), account.symbols.size(),
              account.own_process ? "a process of its own" : "this process",
              account.limits.max_order_notional.str(), account.limits.max_account_notional.str(),
              std::chrono::duration_cast<std::chrono::milliseconds>(account.cover.cover_within)
                  .count()));
}

void OperatorLog::listening(const std::vector<std::string>& commands,
                            const std::vector<std::string>& events,
                            const std::vector<std::string>& ticks,
                            const std::vector<std::string>& connections) {
  const auto show = [&](std::string_view what, const std::vector<std::string>& where) {
    for (const auto& each : where) write(LogLevel::info, fmt::format("{} at {}", what, each));
  };
  show("commands", commands);
  show("events", events);
  show("ticks", ticks);
  show("connections", connections);
}

void OperatorLog::stopped() { write(LogLevel::info, "engine stopped; stops stay at the venue"); }

}  // namespace signalbox
