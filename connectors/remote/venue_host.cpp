#include "connectors/remote/venue_host.hpp"

#include <algorithm>
#include <utility>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {

VenueHost::VenueHost(VenueHostOptions options, Venue& venue, FramePort& port, const Clock& clock,
                     Timers& timers)
    : options_(std::move(options)), venue_(venue), port_(port), clock_(clock), timers_(timers) {}

VenueHost::~VenueHost() { timers_.cancel(timer_); }

// ---- the engine comes and goes ----

void VenueHost::on_up() {
  up_ = true;
  last_refusal_.clear();
  ++session_;
  say_hello();
}

void VenueHost::on_lost(std::string_view why) {
  up_ = false;
  timers_.cancel(timer_);
  if (std::exchange(welcomed_, false))
    log("the engine is gone (" + std::string{why} + "); stops stay at the venue");
}

void VenueHost::say_hello() {
  send(type_of<ConnectionHello>(connection_hellos),
       ConnectionHello{.account = options_.account,
                       .testnet = options_.testnet,
                       .capabilities = venue_.capabilities(),
                       .process = options_.process,
                       .session = session_,
                       .at = clock_.mono().time_since_epoch()});
  timers_.cancel(timer_);
  timer_ = timers_.at(clock_.mono() + options_.hello_every, [this] { say_hello(); });
}

/// Something did not arrive, so the engine must ask for it. Not at once: it may need a moment.
void VenueHost::begin_again() {
  welcomed_ = false;
  ++session_;
  timers_.cancel(timer_);
  if (up_) timer_ = timers_.at(clock_.mono() + options_.hello_every, [this] { say_hello(); });
}

void VenueHost::welcome(const ConnectionWelcome& w) {
  if (w.version != connection_port_version || w.account != options_.account) {
    log("an engine welcomed another account, or in another version of the port");
    return;
  }
  if (w.epoch < epoch_) {
    // Fenced off: a newer engine was here, and may still be somewhere.
    const std::string why = "an engine of epoch " + std::to_string(w.epoch) +
                            " came after one of " + std::to_string(epoch_) +
                            "; if its journal is a new one, restart this process";
    if (std::exchange(last_refusal_, why) != why) log(why);
    return;
  }
  if (w.generation <= generation_) return;  // of an earlier hello
  epoch_ = w.epoch;
  generation_ = w.generation;
  welcomed_ = true;
  last_refusal_.clear();
  log("serving an engine of epoch " + std::to_string(epoch_));
  tell_everything();
  if (welcomed_) tick_clock();
}

void VenueHost::refused(const ConnectionRefused& r) {
  const std::string why = std::string{name_of(r.reason)} + ": " + r.detail.str();
  if (std::exchange(last_refusal_, why) != why) log("refused by the engine: " + why);
  begin_again();
}

/// What an engine needs before it may trade, the state of the connection last.
void VenueHost::tell_everything() {
  std::vector<Instrument> all;
  for (const auto& [symbol, instrument] : instruments_) all.push_back(instrument);
  tell_instruments(all);
  for (const auto& fill : std::deque<FillReport>{fills_}) report(fill);
  report(link_);
}

void VenueHost::tell_instruments(const std::vector<Instrument>& all) {
  for (std::size_t i = 0; i < all.size(); i += instruments_per_report) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(i);
    const auto count = std::min(instruments_per_report, all.size() - i);
    report(InstrumentsReport{{from, from + static_cast<std::ptrdiff_t>(count)}});
  }
}

void VenueHost::tick_clock() {
  send(type_of<ConnectionClock>(connection_hellos),
       ConnectionClock{.generation = generation_, .at = clock_.mono().time_since_epoch()});
  timers_.cancel(timer_);
  timer_ = timers_.at(clock_.mono() + options_.clock_every, [this] { tick_clock(); });
}

// ---- requests ----

void VenueHost::on_frame(std::string_view type, std::string_view body) {
  if (type == type_of<ConnectionWelcome>(connection_hellos))
    return read<ConnectionWelcome>(type, body, [this](const auto& m) { welcome(m); });
  if (type == type_of<ConnectionRefused>(connection_hellos))
    return read<ConnectionRefused>(type, body, [this](const auto& m) { refused(m); });
  const bool known = with_type(connection_requests, type, [&](const auto& listed) {
    using Request = typename std::remove_cvref_t<decltype(listed)>::Message;
    read<PortRequest<Request>>(type, body, [this](auto& m) { take(m); });
  });
  if (!known) malformed(type, "no such message");
}

template <class Message, class F>
void VenueHost::read(std::string_view type, std::string_view body, F&& take_it) {
  auto message = decode<Message>(body, connection_limits);
  if (message)
    take_it(*message);
  else
    malformed(type, message.error().what);
}

template <class Request>
void VenueHost::take(PortRequest<Request>& message) {
  if (!welcomed_ || message.generation != generation_) {
    ++counts_.stale_requests;
    return;
  }
  auto& request = message.request;
  if constexpr (remote::is_write<Request>) {
    if (request.epoch != epoch_) {
      ++counts_.fenced;
      return refuse(request, Refusal::gate, "stale epoch");
    }
  }
  const auto now = clock_.mono();
  const auto age = std::max(Duration{}, now.time_since_epoch() - message.sent);
  if (const auto why = late(message, age); !why.empty()) {
    ++counts_.late_requests;
    return refuse(request, Refusal::not_sent, why);
  }
  if (asked_.size() == pending_max)
    return refuse(request, Refusal::not_sent, "too many requests under way");

  const RequestId own{++last_request_};
  asked_.emplace(own, Asked{std::exchange(request.request, own), generation_});
  ++counts_.requests;
  ask(request, now + std::min(message.within, within_max) - age);
}

template <class Request>
std::string_view VenueHost::late(PortRequest<Request>& message, Duration age) {
  if (age >= std::min(message.within, within_max)) return "it came after its deadline";
  if constexpr (std::is_same_v<Request, PlaceOrders>) {
    // The venue counts from when it leaves here, the engine from when it left there.
    auto& valid_for = message.request.valid_for;
    if (valid_for > Duration{} && valid_for <= age) return "it came after the order's validity";
    if (valid_for > Duration{}) valid_for -= age;
  }
  return {};
}

template <class Request>
void VenueHost::refuse(const Request& request, Refusal refusal, std::string_view why) {
  report(
      remote::no_result<remote::Result<Request>>(request.request, Outcome::refused, refusal, why));
}

// ---- results and reports ----

template <class R>
void VenueHost::settle(const R& result) {
  const auto found = asked_.find(result.request);
  if (found == asked_.end()) return;
  const Asked asked = found->second;
  asked_.erase(found);
  if (asked.generation != generation_) return;
  auto answer = result;
  answer.request = asked.by_engine;
  report(answer);
}

void VenueHost::on(const LinkReport& r) {
  link_ = r;
  report(r);
}

void VenueHost::on(const InstrumentsReport& r) {
  for (const auto& each : r.instruments) instruments_.insert_or_assign(each.symbol, each);
  if (welcomed_) tell_instruments(r.instruments);
}

void VenueHost::on(const FillReport& r) {
  fills_.push_back(r);
  if (fills_.size() > fills_kept) fills_.pop_front();
  report(r);
}

void VenueHost::on(const Tick& tick) {
  if (!welcomed_) return;
  const PortReport<Tick> message{generation_, clock_.mono().time_since_epoch(), tick};
  if (!send(type_of<Tick>(connection_reports), message)) ++counts_.ticks_dropped;
}

template <class Report>
void VenueHost::report(const Report& said) {
  if (!welcomed_) return;
  const PortReport<Report> message{generation_, clock_.mono().time_since_epoch(), said};
  if (send(type_of<Report>(connection_reports), message)) return;
  log("the engine does not take what is sent; beginning again");
  begin_again();
}

template <class Message>
bool VenueHost::send(std::string_view type, const Message& message) {
  frame_.clear();
  encode(message, frame_);
  return port_.send(type, frame_);
}

void VenueHost::malformed(std::string_view type, std::string_view why) {
  // The request's deadline tells the engine; what it asked for has not happened.
  ++counts_.malformed;
  log("cannot read the engine's '" + std::string{type} + "': " + std::string{why});
}

void VenueHost::log(std::string_view text) {
  if (options_.log) options_.log(text);
}

}  // namespace signalbox
