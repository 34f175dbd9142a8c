#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "actors/outlet.hpp"
#include "connectors/venue.hpp"
#include "journal/journal.hpp"
#include "messages/records.hpp"

namespace signalbox::simulation {

/// An actor of the hot chain.
enum class HotActor : std::uint8_t { none = 1, risk, brackets, orders };

/// Whose record this is.
constexpr HotActor actor_of(RecordKind kind) {
  switch (static_cast<RecordType>(kind)) {
    case RecordType::signal_accepted:
    case RecordType::signal_judged:
    case RecordType::trading_state_set: return HotActor::risk;
    case RecordType::bracket_ended:
    case RecordType::bracket_commanded: return HotActor::brackets;
    case RecordType::orders_intended:
    case RecordType::cancel_intended:
    case RecordType::order_reported:
    case RecordType::filled:
    case RecordType::order_absent: return HotActor::orders;
    default: return HotActor::none;
  }
}

/// Whose word this is.
inline HotActor actor_of(const Event& event) {
  if (std::holds_alternative<Accepted>(event) || std::holds_alternative<Verdict>(event))
    return HotActor::risk;
  if (std::holds_alternative<BracketEvent>(event)) return HotActor::brackets;
  if (std::holds_alternative<OrderEvent>(event) || std::holds_alternative<FillEvent>(event))
    return HotActor::orders;
  return HotActor::none;
}

/// What goes wrong in a hot actor, at one of the next things it records or tells.
struct PlannedDefect {
  HotActor in = HotActor::none;
  std::uint64_t left = 1;  ///< records and events until then
  bool after = false;      ///< what it does then is done first
  Duration takes{};        ///< it is slow; zero: it throws
};

/// A journal whose process can die right after any record. From then on nothing is written, and
/// what the dying process still does with its numbers is nobody's business.
class MortalJournal final : public Journal {
 public:
  /// Called before and after each record.
  using OnAct = std::function<void(HotActor who, bool done)>;
  using OnRecord = std::function<void(std::string_view payload)>;
  MortalJournal(Journal& inner, OnRecord on_record, std::function<void()> on_death, OnAct on_act)
      : inner_(inner),
        on_record_(std::move(on_record)),
        on_death_(std::move(on_death)),
        on_act_(std::move(on_act)) {}

  void die_after(std::uint64_t records) { left_ = records; }
  void die() { dead_ = true; }
  std::uint64_t written() const { return written_; }

  Result<LogNumber> append(const AccountName& account, RecordKind kind, WallTime time,
                           std::span<const std::byte> payload, RecordUse use) override {
    if (dead_) return LogNumber{++last_};
    on_act_(actor_of(kind), false);
    auto number = inner_.append(account, kind, time, payload, use);
    if (!number) return number;
    last_ = static_cast<std::uint64_t>(*number);
    ++written_;
    on_record_({reinterpret_cast<const char*>(payload.data()), payload.size()});
    if (left_ != 0 && --left_ == 0) {
      dead_ = true;
      on_death_();
    }
    on_act_(actor_of(kind), true);
    return number;
  }
  void on_committed(std::function<void(LogNumber)> call) override {
    inner_.on_committed(std::move(call));
  }
  JournalHealth health() const override { return inner_.health(); }
  Epoch epoch() const override { return inner_.epoch(); }
  const Book& book() const override { return inner_.book(); }
  bool ring_was_intact() const override { return inner_.ring_was_intact(); }
  void ring_loss_settled() override { inner_.ring_loss_settled(); }
  Result<void> replay(const std::function<Result<void>(const RecordView&)>& each) override {
    return inner_.replay(each);
  }
  Result<void> flush(Duration within) override { return inner_.flush(within); }

 private:
  Journal& inner_;
  OnRecord on_record_;
  std::function<void()> on_death_;
  OnAct on_act_;
  std::uint64_t left_ = 0;  ///< records until death; zero: none planned
  std::uint64_t last_ = 0;
  std::uint64_t written_ = 0;
  bool dead_ = false;
};

/// The account's venue, and a way to make the actor that owns it throw from inside a handler.
class FragileVenue final : public Venue {
 public:
  FragileVenue(std::unique_ptr<Venue> inner, bool& throws, std::function<void()> on_throw)
      : inner_(std::move(inner)), throws_(throws), on_throw_(std::move(on_throw)) {}

  const Capabilities& capabilities() const override { return inner_->capabilities(); }
  void start(VenueSink& sink) override { inner_->start(sink); }
  void stop() override { inner_->stop(); }
  void place(const PlaceOrders& m, MonoTime by) override { hold(), inner_->place(m, by); }
  void amend(const AmendOrder& m, MonoTime by) override { hold(), inner_->amend(m, by); }
  void cancel(const CancelOrder& m, MonoTime by) override { hold(), inner_->cancel(m, by); }
  void query(const QueryOrder& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void query(const QueryOpenOrders& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void query(const QueryFills& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void query(const QueryBalances& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void query(const QueryPositions& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void query(const QueryTicker& m, MonoTime by) override { hold(), inner_->query(m, by); }
  void subscribe(const SubscribeTicker& m, MonoTime by) override { inner_->subscribe(m, by); }

 private:
  void hold() {
    if (!throws_) return;
    throws_ = false;
    on_throw_();
    throw std::runtime_error("a planned defect");
  }

  std::unique_ptr<Venue> inner_;
  bool& throws_;
  std::function<void()> on_throw_;
};

}  // namespace signalbox::simulation
