#pragma once

#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "messages/answers.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// What the journal has of one signal, from its acceptance to its outcome, one step a record and
/// each told for people with the numbers it was decided by. Give it every record in log order; it
/// decodes those only that name the signal or its orders. One thread.
class Story {
 public:
  static constexpr std::size_t steps_max = 200;

  Story(const AccountName& account, const StrategyName& strategy, const SignalId& signal);

  /// Fails with `corrupt`, naming the record, where this version cannot read it.
  Result<void> take(const RecordView& record);

  const std::vector<WhyStep>& steps() const { return steps_; }
  bool more() const { return more_; }

 private:
  template <class T, class Tell>
  Result<void> with(const RecordView& record, Tell&& tell);
  void add(const RecordView& record, std::string_view what, const std::string& text);
  bool names_us(const RecordView& record) const;
  bool is_ours(const ClientOrderId& order) const;
  /// `stop 1, second try` for an order of ours.
  std::string leg_of(const ClientOrderId& order) const;

  void tell(const RecordView& record, const SignalRecord& r);
  void tell(const RecordView& record, const JudgedRecord& r);
  void tell(const RecordView& record, const PlaceOrders& r);
  void tell(const RecordView& record, const CancelOrder& r);
  void tell(const RecordView& record, const OrderReport& r);
  void tell(const RecordView& record, const FillReport& r);
  void tell(const RecordView& record, const AbsentRecord& r);
  void tell(const RecordView& record, const SignalOutcome& r);
  void tell(const RecordView& record, const CommandRecord& r);
  void tell(const RecordView& record, const TradingStateRecord& r);

  AccountName account_;
  StrategyName strategy_;
  SignalId signal_;
  SignalHash key_;
  bool over_ = false;
  bool more_ = false;
  std::vector<WhyStep> steps_;
};

}  // namespace signalbox
