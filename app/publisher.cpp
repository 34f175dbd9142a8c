#include "app/publisher.hpp"

#include "bus/topic.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/event_header.hpp"

namespace signalbox {
namespace {

/// What is not about one account counts in this stream.
constexpr std::string_view engine_source = "engine";

template <class T>
constexpr std::string_view kind_of() {
  std::string_view kind;
  events.apply([&](const auto&... each) {
    ((std::is_same_v<T, typename std::remove_cvref_t<decltype(each)>::Message>
          ? static_cast<void>(kind = each.with)
          : void()),
     ...);
  });
  return kind;
}

template <class T>
std::string_view symbol_of(const T& event) {
  if constexpr (requires { event.symbol; })
    return event.symbol.view();
  else if constexpr (requires { event.fill; })
    return event.fill.symbol.view();
  else
    return {};
}

}  // namespace

Publisher::Publisher(Sockets sockets, std::vector<AccountInfo> accounts, Epoch epoch,
                     Duration tick_interval, const Clock& clock, Timers& timers)
    : sockets_(std::move(sockets)),
      portfolio_(std::move(accounts)),
      epoch_(epoch),
      clock_(clock),
      timers_(timers),
      conflator_(tick_interval) {
  second_ = timers_.at(clock_.mono() + std::chrono::seconds{1}, [this] { publish_sequences(); });
}

Publisher::~Publisher() {
  timers_.cancel(second_);
  timers_.cancel(ticks_due_);
}

void Publisher::publish(const Event& event) {
  const auto* notice = std::get_if<NoticeEvent>(&event);
  if (notice == nullptr || !notice->page) return publish_known(event);
  // Whoever pages knows what happened, not how the account trades: `state` is what it is now.
  auto page = *notice;
  page.state = portfolio_.state(page.account);
  publish_known(page);
}

void Publisher::publish_known(const Event& event) {
  portfolio_.apply(event);
  if (seen_) seen_(event);
  std::visit([this](const auto& each) { publish_one(each); }, event);
}

template <class T>
void Publisher::publish_one(const T& event) {
  const std::string_view account = event.account.empty() ? engine_source : event.account.view();
  send(*sockets_.events, event_stream(kind_of<T>(), account), escape_symbol(symbol_of(event)),
       type_of<T>(events), event);
}

template <class T>
void Publisher::send(PublishSocket& socket, std::string_view stream, std::string_view rest,
                     std::string_view type, const T& body) {
  // The number is taken whether or not anybody listens: that is what makes a gap visible.
  const auto number = sequencer_.next(stream);
  if (!number) return;
  const auto topic = topic_of(stream, rest);
  if (!socket.wanted(topic)) return;
  header_.clear();
  body_.clear();
  encode(EventHeader{.version = 1,
                     .type = Text<32>{type},
                     .epoch = static_cast<std::uint64_t>(epoch_),
                     .stream = Text<96>{stream},
                     .sequence = *number,
                     .time = clock_.wall()},
         header_);
  encode(body, body_);
  socket.publish(topic, header_, body_);
}

void Publisher::tick(const AccountName& account, const Tick& tick) {
  const auto stream = ticker_stream(account.view(), tick.symbol.view());
  if (conflator_.offer(stream, tick, clock_.mono()) == TickConflator::Offered::publish)
    publish_tick(stream, tick);
  if (const auto due = conflator_.next_due(); due && ticks_due_ == TimerId::none)
    ticks_due_ = timers_.at(*due, [this] { release_ticks(); });
}

void Publisher::release_ticks() {
  ticks_due_ = TimerId::none;
  conflator_.release(clock_.mono(), [this](std::string_view stream, const Tick& tick) {
    publish_tick(stream, tick);
  });
  if (const auto due = conflator_.next_due())
    ticks_due_ = timers_.at(*due, [this] { release_ticks(); });
}

void Publisher::publish_tick(std::string_view stream, const Tick& tick) {
  send(*sockets_.ticks, stream, {}, type_of<Tick>(events), tick);
}

void Publisher::lost(std::uint64_t count) {
  publish(
      NoticeEvent{.page = true,
                  .detail = Detail{std::to_string(count) + " events were lost: ask for a snapshot"},
                  .time = clock_.wall()});
}

std::vector<StreamSequence> Publisher::sequences() const {
  std::vector<StreamSequence> all;
  sequencer_.for_each_last([&](std::string_view stream, std::uint64_t number) {
    all.push_back({Text<96>{stream}, number});
  });
  return all;
}

void Publisher::publish_sequences() {
  HealthSequences health{.streams = sequences(), .time = clock_.wall()};
  send(*sockets_.events, "health.sequences", {}, type_of<HealthSequences>(events), health);
  second_ = timers_.at(clock_.mono() + std::chrono::seconds{1}, [this] { publish_sequences(); });
}

SnapshotAnswer Publisher::snapshot(const Snapshot& command) const {
  return {.id = command.id,
          .accounts = portfolio_.accounts(command.account),
          .brackets = portfolio_.brackets(command.account),
          .orders = portfolio_.orders(command.account),
          .sequences = sequences()};
}

StatusAnswer Publisher::status(const SignalId& command, JournalHealth health) const {
  return {.id = command,
          .epoch = static_cast<std::uint64_t>(epoch_),
          .log_recorded = static_cast<std::uint64_t>(health.recorded),
          .log_committed = static_cast<std::uint64_t>(health.committed),
          .brackets_open = static_cast<std::uint32_t>(portfolio_.brackets().size()),
          .orders_unknown = portfolio_.unknown_orders(),
          .accounts = portfolio_.accounts()};
}

}  // namespace signalbox
