#include "app/command_desk.hpp"

#include <algorithm>
#include <caf/send.hpp>

#include "actors/messages.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/codec_id.hpp"

namespace signalbox {
namespace {

Reason reason_of(DecodeRefusal refusal) {
  switch (refusal) {
    case DecodeRefusal::not_a_map:
    case DecodeRefusal::truncated:
    case DecodeRefusal::trailing:
    case DecodeRefusal::malformed:
    case DecodeRefusal::too_large:
    case DecodeRefusal::too_deep: return Reason::malformed;
    default: return Reason::bad_field;
  }
}

std::pair<std::string, std::string> encoded_reply(const Reply& reply) {
  return std::visit(
      [](const auto& each) {
        using T = std::remove_cvref_t<decltype(each)>;
        return std::pair{std::string{type_of<T>(answers)}, encoded(each)};
      },
      reply);
}

/// Commands that would do harm if done twice. A halt or flatten is obeyed each time it arrives:
/// stricter is safe, and one that is swallowed is not. Claims are the same after the second time.
template <class T>
constexpr bool is_done_once =
    std::is_same_v<T, Cancel> || std::is_same_v<T, Close> || std::is_same_v<T, Amend> ||
    std::is_same_v<T, Flip> || std::is_same_v<T, Release> || std::is_same_v<T, Resolve> ||
    std::is_same_v<T, CancelOneOrder> || std::is_same_v<T, CancelAll> || std::is_same_v<T, Resume>;

/// Answered from the projection.
template <class T>
constexpr bool is_cold = std::is_constructible_v<ColdQuery, T>;
/// Followed until a signal's outcome.
template <class T>
constexpr bool has_outcome =
    std::is_same_v<T, Signal> || std::is_same_v<T, PlaceOrder> || std::is_same_v<T, Protect>;
/// Those that take protection or its rules away, or speak for the venue.
template <class T>
constexpr bool is_for_operators =
    std::is_same_v<T, Halt> || std::is_same_v<T, Resume> || std::is_same_v<T, Resolve> ||
    std::is_same_v<T, Release> || std::is_same_v<T, Protect>;

template <class T>
CommandMemory::Key key_of(const T& command) {
  const auto name = [](const auto& field, auto none) {
    if constexpr (requires { field.has_value(); })
      return field.value_or(none);
    else
      return field;
  };
  StrategyName strategy;
  if constexpr (requires { command.strategy; }) strategy = name(command.strategy, StrategyName{});
  return {name(command.account, AccountName{}), strategy, command.id};
}

}  // namespace

CommandDesk::CommandDesk(Wiring wiring) : wiring_(std::move(wiring)), risk_(wiring_.shard.risk) {}

void CommandDesk::set_shard(Shard shard) {
  wiring_.shard = std::move(shard);
  risk_ = Link<>{wiring_.shard.risk};
}

void CommandDesk::shard_lost() {
  std::vector<std::pair<ClientToken, Client>> lost;
  for (const auto& each : clients_)
    if (each.second.owed != Owed::by_projection) lost.push_back(each);
  std::sort(lost.begin(), lost.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [token, client] : lost) {
    if (client.owed == Owed::by_shard)
      refuse(token, client.command, Reason::internal_error, "",
             "the engine is rebuilt from its journal: send it again");
    clients_.erase(token);
  }
}

FaultReply CommandDesk::on_malformed(FrameFault fault) {
  const Refused refused{
      .id = {}, .reason = Reason::malformed, .field_name = {}, .detail = Detail{meaning_of(fault)}};
  return {std::string{type_of<Refused>(answers)}, encoded(refused)};
}

void CommandDesk::on_command(const Command& command) {
  const bool known = with_type(commands, command.type, [&](const auto& listed) {
    using T = typename std::remove_cvref_t<decltype(listed)>::Message;
    const auto decoded = decode<T>(command.body);
    if (decoded) {
      take(*decoded, command);
      return;
    }
    const auto& error = decoded.error();
    send(command.peer, Refused{.id = id_in(command.body),
                               .reason = reason_of(error.reason),
                               .field_name = Text<64>{error.field},
                               .detail = Detail{error.what}});
  });
  if (!known)
    send(command.peer, Refused{.id = id_in(command.body),
                               .reason = Reason::unknown_command,
                               .field_name = {},
                               .detail = Detail{command.type}});
}

template <class T>
void CommandDesk::take(const T& command, const Command& from) {
  const Peer& peer = from.peer;
  const bool by_operator = is_operator(from.user);
  if (clients_.size() >= clients_max) {
    send(peer, Refused{.id = command.id, .reason = Reason::busy});
    return;
  }
  if (is_for_operators<T> && !by_operator) {
    send(peer, Refused{.id = command.id, .reason = Reason::not_operator});
    return;
  }
  const ClientToken token = ++last_token_;
  clients_.emplace(token, Client{.peer = peer,
                                 .command = command.id,
                                 .owed = is_cold<T>       ? Owed::by_projection
                                         : has_outcome<T> ? Owed::outcome
                                                          : Owed::by_shard,
                                 .by_operator = by_operator,
                                 .by_place_order = std::is_same_v<T, PlaceOrder>,
                                 .orders_unnamed = std::is_same_v<T, FetchOpenOrders>,
                                 .done_once = {}});
  if constexpr (is_done_once<T>)
    if (!begin_once(key_of(command), std::string{type_of<T>(commands)} + encoded(command), token))
      return;
  handle(command, token);
}

bool CommandDesk::begin_once(const CommandMemory::Key& key, std::string_view content,
                             ClientToken client) {
  using As = CommandMemory::Begun::As;
  const auto begun = memory_.begin(key, content, client);
  switch (begun.as) {
    case As::fresh: clients_.at(client).done_once = key; return true;
    case As::under_way: break;
    case As::done: reply(client, *begun.answer); break;
    case As::id_reused: refuse(client, std::get<SignalId>(key), Reason::id_reused, "id"); break;
  }
  return false;
}

bool CommandDesk::is_operator(std::string_view user) const {
  const auto& names = wiring_.operators;
  return std::find(names.begin(), names.end(), user.empty() ? local_role : user) != names.end();
}

// ---- replies ----

void CommandDesk::reply(ClientToken to, const Reply& reply) {
  const auto found = clients_.find(to);
  if (found == clients_.end()) return;
  if (const auto* orders = std::get_if<OrdersAnswer>(&reply);
      orders != nullptr && std::exchange(found->second.orders_unnamed, false)) {
    wiring_.name_orders(*orders, to);
    return;
  }
  const Client client = found->second;
  const bool last = is_last(client, reply);
  if (last) clients_.erase(found);
  if (last && client.done_once)
    if (const auto done = memory_.record_of(*client.done_once, reply)) wiring_.done(*done);
  if (last && client.done_once)
    for (const auto& waiting : memory_.finish(*client.done_once, reply))
      this->reply(waiting, reply);
  // A REQ peer gets one reply: the one that answers its question, not the first to be ready.
  if (client.peer.is_req() && !last) return;
  send(client.peer, reply);
}

bool CommandDesk::is_last(const Client& client, const Reply& reply) const {
  if (std::holds_alternative<Accepted>(reply)) return false;
  if (!client.peer.is_req())
    return !std::holds_alternative<Verdict>(reply) && !std::holds_alternative<Placed>(reply);
  // place_order's callers wait for the order, signals' senders for the verdict.
  if (const auto* verdict = std::get_if<Verdict>(&reply))
    return !client.by_place_order || !verdict->approved;
  return true;
}

void CommandDesk::send(const Peer& peer, const Reply& reply) {
  if (const auto* refused = std::get_if<Refused>(&reply)) wiring_.refused(*refused);
  if (socket_ == nullptr && !road_) return;
  const auto [type, body] = encoded_reply(reply);
  if (road_)
    road_(peer, type, body);
  else
    static_cast<void>(socket_->reply(peer, type, body));  // refused ones are counted by the socket
}

void CommandDesk::refuse(ClientToken client, const SignalId& id, Reason reason,
                         std::string_view field, std::string_view detail) {
  reply(
      client,
      Refused{.id = id, .reason = reason, .field_name = Text<64>{field}, .detail = Detail{detail}});
}

const AccountInfo* CommandDesk::account(const AccountName& name) const {
  for (const auto& each : wiring_.accounts)
    if (each.account == name) return &each;
  return nullptr;
}

// ---- what opens ----

void CommandDesk::submit(Signal signal, Origin origin, ClientToken client) {
  if (closing_ && !signal.reduce_only) {
    refuse(client, signal.id, Reason::shutting_down, "");
    return;
  }
  // In place where that is legal: from the frame to the venue's socket nothing is queued.
  deliver_now(risk_, SubmitSignal{std::move(signal), origin, client});
}

void CommandDesk::handle(const Signal& m, ClientToken client) { submit(m, {}, client); }

void CommandDesk::handle(const PlaceOrder& m, ClientToken client) {
  if (m.type == EntryType::limit && !m.price) {
    refuse(client, m.id, Reason::price_required, "price", "a limit order needs a price");
    return;
  }
  if (m.take_profit && !m.stop_loss) {
    refuse(client, m.id, Reason::stop_required, "stop_loss",
           "a target alone protects nothing: add stop_loss");
    return;
  }
  Signal signal;
  signal.id = m.id;
  signal.time = wiring_.clock.wall();
  signal.strategy = m.strategy;
  signal.account = m.account;
  signal.symbol = m.symbol;
  signal.side = m.side;
  signal.type = m.type;
  signal.price = m.price;
  signal.quantity = m.quantity;
  if (m.stop_loss) signal.stop_loss = StopLoss{.price = m.stop_loss};
  if (m.take_profit) signal.take_profit = {TakeProfit{.price = m.take_profit}};
  signal.time_in_force = m.time_in_force;
  signal.post_only = m.post_only;
  submit(std::move(signal), true, client);
}

void CommandDesk::handle(const Protect& m, ClientToken client) {
  Signal signal;
  signal.id = m.id;
  signal.time = wiring_.clock.wall();
  signal.strategy = m.strategy;
  signal.account = m.account;
  signal.symbol = m.symbol;
  signal.side = m.side;
  signal.quantity = m.quantity;
  signal.stop_loss = m.stop_loss;
  signal.take_profit = m.take_profit;
  submit(std::move(signal), Origin::protect(), client);
}

// ---- what closes ----

void CommandDesk::handle(const Flip& m, ClientToken client) {
  if (closing_) {
    refuse(client, m.id, Reason::shutting_down, "");
    return;
  }
  if (m.open.account != m.account || m.open.strategy != m.strategy || m.open.reduce_only) {
    refuse(client, m.id, Reason::bad_field, "open",
           "a signal that opens, of the same account and strategy");
    return;
  }
  FlipBracket flip{.command = m, .client = client, .signal_client = 0};
  // A REQ peer hears one reply, and that is the command's.
  if (const Peer peer = clients_.at(client).peer; !peer.is_req()) {
    flip.signal_client = ++last_token_;
    clients_.emplace(flip.signal_client,
                     Client{.peer = peer, .command = m.open.id, .done_once = {}});
  }
  caf::anon_send(wiring_.shard.risk, std::move(flip));
}

void CommandDesk::handle(const Release& m, ClientToken client) {
  caf::anon_send(wiring_.shard.brackets,
                 CommandBracket{.command = m.id,
                                .bracket = signal_hash(m.account, m.strategy, m.signal),
                                .account = m.account,
                                .what = BracketCommand::release,
                                .client = client});
}

void CommandDesk::handle(const Resolve& m, ClientToken client) {
  if (account(m.account) == nullptr) {
    refuse(client, m.id, Reason::unknown_account, "account");
    return;
  }
  caf::anon_send(wiring_.shard.orders, ResolveOrder{m, client});
}

void CommandDesk::handle(const Cancel& m, ClientToken client) {
  caf::anon_send(wiring_.shard.brackets,
                 CommandBracket{.command = m.id,
                                .bracket = signal_hash(m.account, m.strategy, m.signal),
                                .account = m.account,
                                .what = BracketCommand::cancel_entry,
                                .client = client});
}

void CommandDesk::handle(const CancelOneOrder& m, ClientToken client) {
  handle(Cancel{.id = m.id, .signal = m.order, .account = m.account, .strategy = m.strategy},
         client);
}

void CommandDesk::handle(const Close& m, ClientToken client) {
  if (m.fraction && (!m.fraction->is_positive() || *m.fraction > Decimal{1})) {
    refuse(client, m.id, Reason::bad_field, "fraction: above 0, up to 1");
    return;
  }
  caf::anon_send(wiring_.shard.brackets,
                 CommandBracket{.command = m.id,
                                .bracket = signal_hash(m.account, m.strategy, m.signal),
                                .account = m.account,
                                .what = BracketCommand::close,
                                .fraction = m.fraction,
                                .by_operator = clients_.at(client).by_operator,
                                .client = client});
}

void CommandDesk::handle(const Amend& m, ClientToken client) {
  caf::anon_send(wiring_.shard.risk, AmendBracket{.command = m, .client = client});
}

void CommandDesk::handle(const CancelAll& m, ClientToken client) {
  if (account(m.account) == nullptr) {
    refuse(client, m.id, Reason::unknown_account, "account");
    return;
  }
  caf::anon_send(wiring_.shard.brackets, CancelEntries{m, client});
}

void CommandDesk::handle(const Flatten& m, ClientToken client) {
  caf::anon_send(wiring_.shard.risk, SetState{.command = m.id,
                                              .account = m.account,
                                              .state = TradingState::flatten,
                                              .why = Detail{"flatten"},
                                              .client = client,
                                              .by_operator = clients_.at(client).by_operator,
                                              .external = m.external});
}

void CommandDesk::handle(const Heartbeat& m, ClientToken client) {
  if (account(m.account) == nullptr) {
    refuse(client, m.id, Reason::unknown_account, "account");
    return;
  }
  caf::anon_send(wiring_.shard.brackets, StrategyHeard{m.id, m.account, m.strategy, client});
}

void CommandDesk::handle(const Halt& m, ClientToken client) {
  if (m.level == TradingState::active) {
    refuse(client, m.id, Reason::bad_field, "level", "`resume` makes it active again");
    return;
  }
  caf::anon_send(wiring_.shard.risk, SetState{m.id, m.account, m.level, Detail{"halt"}, client});
}

void CommandDesk::handle(const Resume& m, ClientToken client) {
  caf::anon_send(wiring_.shard.risk,
                 SetState{m.id, m.account, TradingState::active, Detail{"resume"}, client});
}

// ---- the old manager's ways ----

void CommandDesk::handle(const InitExchange& m, ClientToken client) {
  const AccountInfo* known = account(m.account);
  if (known == nullptr) {
    refuse(client, m.id, Reason::unknown_account, "account",
           "configure it first: keys never travel on the bus");
    return;
  }
  if (m.exchange && *m.exchange != known->exchange) {
    refuse(client, m.id, Reason::bad_field, "exchange",
           "this account is on " + known->exchange.str());
    return;
  }
  if (m.testnet && *m.testnet != known->testnet) {
    refuse(client, m.id, Reason::bad_field, "testnet",
           known->testnet ? "this account is configured for the testnet"
                          : "this account is configured live");
    return;
  }
  const Peer& peer = clients_.at(client).peer;
  claims_[{peer.slot, m.account}] = peer.generation;
  wiring_.claimed(m.account, true);
  reply(client, Done{.id = m.id, .detail = Detail{known->exchange.view()}});
}

void CommandDesk::handle(const CloseAll& m, ClientToken client) {
  const Peer peer = clients_.at(client).peer;
  std::size_t count = 0;
  for (auto it = claims_.begin(); it != claims_.end();) {
    const auto& [slot, name_claimed] = it->first;
    if (slot != peer.slot || it->second != peer.generation) {
      ++it;
      continue;
    }
    const AccountName name = name_claimed;
    it = claims_.erase(it);
    ++count;
    const bool still = std::any_of(claims_.begin(), claims_.end(),
                                   [&](const auto& c) { return c.first.second == name; });
    if (!still) wiring_.claimed(name, false);
  }
  reply(client, Done{.id = m.id, .detail = Detail{std::to_string(count) + " claims ended"}});
}

// ---- questions ----

template <class T>
void CommandDesk::ask_venue(const T& m, ClientToken client) {
  if (account(m.account) == nullptr) {
    refuse(client, m.id, Reason::unknown_account, "account");
    return;
  }
  caf::anon_send(wiring_.shard.orders,
                 ClientQuery{.command = m.id, .account = m.account, .query = m, .client = client});
}

void CommandDesk::handle(const FetchTicker& m, ClientToken client) { ask_venue(m, client); }
void CommandDesk::handle(const FetchBalance& m, ClientToken client) { ask_venue(m, client); }
void CommandDesk::handle(const FetchOpenOrders& m, ClientToken client) { ask_venue(m, client); }

void CommandDesk::handle(const FetchSignal& m, ClientToken client) {
  caf::anon_send(wiring_.shard.risk,
                 FetchSignalOf{m.id, signal_hash(m.account, m.strategy, m.signal), client});
}

void CommandDesk::handle(const FetchOrder& m, ClientToken client) { wiring_.ask_cold(m, client); }
void CommandDesk::handle(const Why& m, ClientToken client) { wiring_.ask_cold(m, client); }
void CommandDesk::handle(const ListExchanges& m, ClientToken client) {
  wiring_.ask_cold(m, client);
}
void CommandDesk::handle(const Snapshot& m, ClientToken client) { wiring_.ask_cold(m, client); }
void CommandDesk::handle(const Status& m, ClientToken client) { wiring_.ask_cold(m, client); }

}  // namespace signalbox
