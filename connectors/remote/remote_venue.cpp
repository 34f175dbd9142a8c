#include "connectors/remote/remote_venue.hpp"

#include <utility>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {

using remote::kind_of;
using remote::no_result;

RemoteVenue::RemoteVenue(RemoteAccount account, RemoteDoor& door, const Clock& clock,
                         Timers& timers)
    : account_(std::move(account)), door_(door), clock_(clock), timers_(timers) {}

RemoteVenue::~RemoteVenue() {
  if (sink_ && !stopped_) door_.close();
  timers_.cancel(later_timer_);
  for (const auto& [request, pending] : pending_) timers_.cancel(pending.deadline);
}

// ---- the connection ----

void RemoteVenue::start(VenueSink& sink) {
  sink_ = &sink;
  later([this] {
    if (!serving_) report_link(LinkState::connecting, "waiting for the process that hosts it");
  });
  door_.open(*this);
}

void RemoteVenue::stop() {
  if (!sink_ || std::exchange(stopped_, true)) return;
  door_.close();
  later([this] { lose("stopped"); });
}

bool RemoteVenue::on_hello(const ConnectionHello& hello) {
  if (stopped_ || !will_have(hello)) return false;
  // The same again did not hear our answer; nothing has happened since.
  const bool again = serving_ && hello.process == process_ && hello.session == session_;
  if (!again) {
    if (serving_) lose("the process that hosts it began anew");
    serving_ = true;
    generation_ = door_.next_generation();
    process_ = hello.process;
    session_ = hello.session;
    link_there_.reset();
    last_refusal_ = {};
    peer_clock_.forget();
    peer_clock_.heard(hello.at, clock_.mono());
  }
  // Should it not go out, the port is about to be lost, or the process says hello again.
  send(type_of<ConnectionWelcome>(connection_hellos),
       ConnectionWelcome{
           .account = account_.account, .epoch = account_.epoch, .generation = generation_});
  return true;
}

bool RemoteVenue::will_have(const ConnectionHello& hello) {
  if (hello.version != connection_port_version) {
    refuse(HelloRefusal::version, "it speaks version " + std::to_string(hello.version) +
                                      " of the port, this engine " +
                                      std::to_string(connection_port_version));
  } else if (hello.account != account_.account) {
    refuse(HelloRefusal::account, "this is the port of '" + account_.account.str() + "'");
  } else if (hello.testnet != account_.testnet) {
    refuse(HelloRefusal::network, account_.testnet ? "this account is on the testnet"
                                                   : "this account is not on the testnet");
  } else if (hello.capabilities.venue != account_.capabilities.venue) {
    refuse(HelloRefusal::capabilities, "it hosts '" + hello.capabilities.venue.str() +
                                           "', this account is at '" +
                                           account_.capabilities.venue.str() + "'");
  } else if (hello.capabilities != account_.capabilities) {
    refuse(HelloRefusal::capabilities,
           "it says other things of what the venue can do: two builds do not go together");
  } else {
    return true;
  }
  return false;
}

void RemoteVenue::refuse(HelloRefusal reason, std::string_view why) {
  ++counts_.hellos_refused;
  send(type_of<ConnectionRefused>(connection_hellos), ConnectionRefused{reason, Detail{why}});
  const Detail said{"refused its process: " + std::string{why}};
  if (serving_) return lose(said.view());
  // It comes back each second; the operator is told once.
  if (std::exchange(last_refusal_, said) != said) report_link(LinkState::down, said.view());
}

void RemoteVenue::on_port_lost(std::string_view why) {
  if (!stopped_ && serving_) lose("the process that hosts it is lost: " + std::string{why});
}

void RemoteVenue::broken(std::string_view type, std::string_view why) {
  ++counts_.malformed;
  if (!serving_) return;  // it has been told
  const Detail said{"cannot read its '" + std::string{type} + "': " + std::string{why}};
  send(type_of<ConnectionRefused>(connection_hellos),
       ConnectionRefused{HelloRefusal::malformed, said});
  lose(said.view());
}

/// First that nothing works any more, then what became of the requests: whoever hears of one
/// must not ask again on a way that is closed.
void RemoteVenue::lose(std::string_view why) {
  serving_ = false;
  const auto lost = std::exchange(pending_, {});
  for (const auto& [request, pending] : lost) timers_.cancel(pending.deadline);
  report_link(LinkState::down, why);
  for (const auto& [request, pending] : lost)
    remote::with_kind(pending.kind, [&, id = request](auto empty) {
      sink_->on(no_result<decltype(empty)>(id, Outcome::unknown, Refusal::none, why));
    });
}

void RemoteVenue::report_link(LinkState state, std::string_view why) {
  sink_->on(LinkReport{.state = state, .generation = links_, .detail = Detail{why}});
}

// ---- requests ----

template <class Request>
void RemoteVenue::ask(const Request& request, MonoTime deadline) {
  using Answer = remote::Result<Request>;
  const auto refused = [&](std::string_view why) {
    if (!sink_) return;  // nobody to tell
    later([this, r = no_result<Answer>(request.request, Outcome::refused, Refusal::not_sent, why)] {
      sink_->on(r);
    });
  };
  const auto now = clock_.mono();
  if (!serving_ || stopped_) return refused("no process hosts this connection");
  if (deadline <= now) return refused("the deadline has passed");
  if (pending_.size() == pending_max) return refused("too many requests under way");
  if (pending_.contains(request.request)) return refused("request id is in use");

  const PortRequest<Request> message{.generation = generation_,
                                     .sent = peer_clock_.at_least(now),
                                     .within = deadline - now,
                                     .request = request};
  if (!send(type_of<Request>(connection_requests), message))
    return refused("the process that hosts this connection does not take it");
  auto& pending = pending_[request.request];
  pending.kind = kind_of<Answer>();
  pending.deadline =
      timers_.at(deadline, [this, id = request.request] { give_up(id, "no answer in time"); });
}

template void RemoteVenue::ask(const PlaceOrders&, MonoTime);
template void RemoteVenue::ask(const AmendOrder&, MonoTime);
template void RemoteVenue::ask(const CancelOrder&, MonoTime);
template void RemoteVenue::ask(const QueryOrder&, MonoTime);
template void RemoteVenue::ask(const QueryOpenOrders&, MonoTime);
template void RemoteVenue::ask(const QueryFills&, MonoTime);
template void RemoteVenue::ask(const QueryBalances&, MonoTime);
template void RemoteVenue::ask(const QueryPositions&, MonoTime);
template void RemoteVenue::ask(const QueryTicker&, MonoTime);
template void RemoteVenue::ask(const SubscribeTicker&, MonoTime);

void RemoteVenue::give_up(RequestId request, std::string_view why) {
  const auto found = pending_.find(request);
  if (found == pending_.end()) return;
  const auto kind = found->second.kind;
  pending_.erase(found);
  remote::with_kind(kind, [&](auto empty) {
    sink_->on(no_result<decltype(empty)>(request, Outcome::unknown, Refusal::none, why));
  });
}

template <class Message>
bool RemoteVenue::send(std::string_view type, const Message& message) {
  frame_.clear();
  encode(message, frame_);
  return door_.send(type, frame_);
}

// ---- results and reports ----

void RemoteVenue::on_frame(std::string_view type, std::string_view body) {
  if (!sink_ || stopped_) return;
  if (type == type_of<ConnectionClock>(connection_hellos)) {
    const auto message = decode<ConnectionClock>(body, connection_limits);
    if (!message) return broken(type, message.error().what);
    if (serving_ && message->generation == generation_)
      peer_clock_.heard(message->at, clock_.mono());
    return;
  }
  const bool known = with_type(connection_reports, type, [&](const auto& listed) {
    using Report = typename std::remove_cvref_t<decltype(listed)>::Message;
    auto message = decode<PortReport<Report>>(body, connection_limits);
    if (message)
      take(*message);
    else
      broken(type, message.error().what);
  });
  if (!known) broken(type, "no such message");
}

template <class Report>
void RemoteVenue::take(PortReport<Report>& message) {
  if (serving_ && message.generation == generation_) {
    peer_clock_.heard(message.at, clock_.mono());
  } else {
    // A trade stays true; everything else was true of a connection that is no more.
    const bool was_ours = message.generation != 0 && message.generation <= generation_;
    if (!std::is_same_v<Report, FillReport> || !was_ours) {
      ++counts_.stale_reports;
      return;
    }
  }
  if constexpr (std::is_same_v<Report, LinkReport>)
    give_link(message.report);
  else if constexpr (requires { message.report.request; })
    give(message.report);
  else
    sink_->on(message.report);
}

template <class R>
void RemoteVenue::give(const R& result) {
  const auto found = pending_.find(result.request);
  if (found == pending_.end()) {
    ++counts_.late_results;
    return;
  }
  if (found->second.kind != kind_of<R>())
    return broken(type_of<R>(connection_reports), "it answers another kind of request");
  timers_.cancel(found->second.deadline);
  pending_.erase(found);
  sink_->on(result);
}

void RemoteVenue::give_link(LinkReport report) {
  if (std::exchange(link_there_, report.generation) != report.generation) ++links_;
  report.generation = links_;
  sink_->on(report);
}

void RemoteVenue::later(std::function<void()> call) {
  later_.push_back(std::move(call));
  if (later_.size() > 1) return;
  later_timer_ = timers_.at(clock_.mono(), [this] {
    const auto calls = std::exchange(later_, {});
    for (const auto& each : calls) each();
  });
}

}  // namespace signalbox
