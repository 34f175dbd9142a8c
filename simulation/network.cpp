#include "simulation/network.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace signalbox::simulation {
namespace {

using simulator::SessionId;

constexpr Duration frame_delay_max = std::chrono::seconds{5};
constexpr std::int64_t key_repeated_permille = 250;         // of the sessions
constexpr Duration silence_max = std::chrono::seconds{60};  // then a real websocket gives up

/// Which fault of the plan an injected one is. `what` is the venue's word for it.
std::optional<Trouble> trouble_of(std::string_view what, bool executed) {
  struct Row {
    std::string_view what;
    Trouble executed;
    Trouble not_executed;
  };
  static constexpr std::array rows{
      Row{"server_error", Trouble::error_executed, Trouble::error_not_executed},
      Row{"status_unknown", Trouble::status_unknown_executed, Trouble::status_unknown_not_executed},
      Row{"lost", Trouble::closed_executed, Trouble::closed_not_executed},
      Row{"slow", Trouble::ack_after_fill, Trouble::ack_after_fill},
      Row{"unavailable", Trouble::unavailable, Trouble::unavailable},
      Row{"rate_limited", Trouble::rate_limited, Trouble::rate_limited},
      Row{"banned", Trouble::banned, Trouble::banned},
      Row{"maintenance", Trouble::maintenance, Trouble::maintenance},
      Row{"drop", Trouble::report_missing, Trouble::report_missing},
      Row{"twice", Trouble::report_twice, Trouble::report_twice},
      Row{"late", Trouble::report_late, Trouble::report_late},
      Row{"swap", Trouble::report_swapped, Trouble::report_swapped},
      Row{"cut", Trouble::stream_cut, Trouble::stream_cut},
      Row{"silent", Trouble::stream_silent, Trouble::stream_silent}};
  for (const auto& row : rows)
    if (row.what == what) return executed ? row.executed : row.not_executed;
  return std::nullopt;
}

}  // namespace

Network::Network(FarSide& far, const Clock& clock, Timers& timers, std::uint64_t seed,
                 simulator::Latency latency)
    : far_(far),
      clock_(clock),
      timers_(timers),
      draw_(seed, 7),
      repeats_key_(Draw{seed, 23}.chance(key_repeated_permille)),
      net_(*this, clock, timers, latency) {
  far_.dialect().set_sink(this);
}

Network::~Network() { far_.dialect().set_sink(nullptr); }

void Network::set(Trouble what, std::uint16_t permille) {
  const bool was_on = is_on(what);
  permille_[static_cast<std::size_t>(what)] = permille;
  if (what == Trouble::half_open && permille != 0) go_half_open();
  if (what == Trouble::order_invisible && permille == 0) invisible_.clear();
  if (what == Trouble::trades_told_later && permille == 0) let_trades_go();
  if (what == Trouble::cable_pulled && was_on != (permille != 0)) net_.set_down(permille != 0);
}

void Network::reset_all() {
  net_.set_down(true);
  if (!is_on(Trouble::cable_pulled)) net_.set_down(false);
}

void Network::process_started() {
  process_lives_ = true;
  // What the venue said to the one before is not known to this one.
  banned_until_ = {};
}

bool Network::strikes(Trouble what) {
  const auto permille = permille_[static_cast<std::size_t>(what)];
  if (permille == 0 || !draw_.chance(permille)) return false;
  told_strike(what);
  return true;
}

void Network::told_strike(Trouble what) {
  if (on_strike) on_strike(what);
}

void Network::go_half_open() {
  for (const auto session : sessions_) {
    if (!mute_.insert(session).second) continue;
    timers_.at(clock_.mono() + silence_max, [this, session] {
      if (sessions_.contains(session) && sink_) {
        sink_->on_close(session, 0, "nothing heard for too long");
        closed(session);
      }
    });
  }
}

// ---- what arrives at the exchange ----

simulator::HttpReply Network::http(const simulator::HttpRequest& request, WallTime now) {
  std::uint64_t number = 0;
  const auto text = header_value(request.headers, "X-Number");
  std::from_chars(text.data(), text.data() + text.size(), number);
  Sent* sent = number < sent_.size() ? &sent_[number] : nullptr;
  const auto before = far_.faults().injected().size();
  auto reply = far_.dialect().http(request, now);
  note_venue_strikes(before, sent);
  if (is_on(Trouble::order_invisible) && request.method == "GET") hide(reply, request.target);
  if (is_on(Trouble::trades_told_later) && request.method != "POST")
    tell_trades_later(reply, request.target);
  if (repeats_key_) repeat_key(reply);
  return reply;
}

/// As some do when they refuse a request: what they were sent stands in the text.
void Network::repeat_key(simulator::HttpReply& reply) const {
  constexpr std::string_view text = R"("msg":")";
  const auto at = reply.body.find(text);
  if (reply.status < 400 || at == reply.body.npos) return;
  const auto end = reply.body.find('"', at + text.size());
  if (end != reply.body.npos) reply.body.insert(end, " Key: " + std::string{api_key});
}

void Network::note_venue_strikes(std::size_t before, Sent* request) {
  const auto& injected = far_.faults().injected();
  for (std::size_t i = before; i < injected.size(); ++i) {
    if (request) request->struck = true;
    if (injected[i].what == "refused") {
      const auto order =
          request ? parse_client_order_id(std::string_view{request->orders}.substr(0, 18))
                  : std::nullopt;
      if (order && order->leg.kind != LegKind::close) request->refused = true;
      const auto kind = request ? request->kind : Sent::Kind::question;
      told_strike(kind == Sent::Kind::cancel ? Trouble::cancel_refused
                  : kind == Sent::Kind::exit ? Trouble::stop_refused
                                             : Trouble::order_refused);
    } else if (const auto what = trouble_of(injected[i].what, injected[i].executed)) {
      told_strike(*what);
    }
  }
}

/// Questions by order id or for all open orders do not find what is invisible.
void Network::hide(simulator::HttpReply& reply, std::string_view target) {
  far_.words().hide(reply, target, [this](std::string_view row) {
    const auto ids = orders_in(row);
    if (ids.empty()) return false;
    auto known = invisible_.find(ids);
    if (known == invisible_.end())
      known =
          invisible_
              .emplace(ids,
                       draw_.chance(permille_[static_cast<std::size_t>(Trouble::order_invisible)]))
              .first;
    if (known->second) told_strike(Trouble::order_invisible);
    return known->second;
  });
}

/// Cancelled, and of what was filled before nothing is known yet: "cancelled, filled 0".
void Network::tell_trades_later(simulator::HttpReply& reply, std::string_view target) {
  if (reply.status != 200) return;
  if (const auto none = far_.words().no_trades(target); !none.empty() && reply.body != none) {
    reply.body = none;
    told_strike(Trouble::trades_told_later);
  } else if (far_.words().forget_fills(reply.body)) {
    told_strike(Trouble::trades_told_later);
  }
}

bool Network::holds_back(SessionId session, std::string& frame) {
  if (far_.words().tells_trade(frame)) {
    told_strike(Trouble::trades_told_later);
    held_back_.emplace_back(session, frame);
    return true;
  }
  if (far_.words().forget_fills(frame)) told_strike(Trouble::trades_told_later);
  return false;
}

void Network::let_trades_go() {
  for (const auto& [session, frame] : std::exchange(held_back_, {}))
    if (sessions_.contains(session) && sink_) sink_->on_frame(session, frame, {});
}

tl::expected<SessionId, int> Network::open(std::string_view target, std::string_view peer,
                                           WallTime now) {
  auto session = far_.dialect().open(target, peer, now);
  if (session) sessions_.insert(*session);
  return session;
}

void Network::frame(SessionId session, std::string_view bytes, WallTime now) {
  if (!mute_.contains(session)) far_.dialect().frame(session, bytes, now);
}

void Network::closed(SessionId session) {
  far_.dialect().closed(session);
  sessions_.erase(session);
  mute_.erase(session);
  held_up_.erase(session);
}

// ---- what the exchange says on streams ----

void Network::on_frame(SessionId session, std::string_view frame, Duration delay) {
  if (mute_.contains(session)) {
    told_strike(Trouble::half_open);
    return;
  }
  std::string changed;
  if (is_on(Trouble::trades_told_later)) {
    changed = frame;
    if (holds_back(session, changed)) return;
    frame = changed;
  }
  auto& queue = held_up_[session];
  const bool late = is_on(Trouble::delayed);
  if (!late && (!queue || queue->size() == 0)) {
    if (sink_) sink_->on_frame(session, frame, delay);
    return;
  }
  if (!queue) queue = std::make_unique<simulator::DelayQueue>(clock_, timers_);
  if (late) told_strike(Trouble::delayed);
  // Bytes of one connection keep their order, however late they are.
  queue->push(late ? draw_.span({}, frame_delay_max) : Duration{},
              [this, session, bytes = std::string{frame}] {
                if (sink_) sink_->on_frame(session, bytes, {});
              });
}

void Network::on_close(SessionId session, std::uint16_t code, std::string_view why) {
  sessions_.erase(session);
  mute_.erase(session);
  held_up_.erase(session);
  if (sink_) sink_->on_close(session, code, why);
}

}  // namespace signalbox::simulation
