#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "messages/answers.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// Whose story it is to be. The name is a signal's id, a bracket's key or the client order id of
/// any of its orders; account and strategy tell two signals of one id apart.
struct StoryOf {
  SignalId name;
  std::optional<AccountName> account = std::nullopt;
  std::optional<StrategyName> strategy = std::nullopt;
};

/// What the journal has of one signal, from its acceptance to its outcome, one step a record and
/// each told for people with the numbers it was decided by. Give it every record in log order; it
/// decodes acceptances until it has found its own, then what names the signal or its orders only.
/// One thread.
class Story {
 public:
  static constexpr std::size_t steps_max = 200;
  /// What to tell whoever gave an ambiguous name.
  static constexpr std::string_view which_one =
      "several signals have this id: say which account and which strategy";

  explicit Story(StoryOf of);

  /// Fails with `corrupt`, naming the record, where this version cannot read it.
  Result<void> take(const RecordView& record);

  bool found() const { return key_.has_value(); }
  /// More than one signal goes by the name: this is the story of the first.
  bool ambiguous() const { return ambiguous_; }
  WhyAnswer answer(const SignalId& id) const {
    return {id, signal_, account_, strategy_, steps_, more_};
  }
  const std::vector<WhyStep>& steps() const { return steps_; }
  bool more() const { return more_; }

 private:
  template <class T, class Tell>
  Result<void> with(const RecordView& record, Tell&& tell);
  void add(const RecordView& record, std::string_view what, const std::string& text);
  bool is_asked_for(const Signal& signal) const;
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

  std::string fees() const;

  StoryOf of_;
  std::optional<SignalHash> named_;  ///< what the name says when it is a key or an order's
  // Of the signal that was found.
  AccountName account_;
  StrategyName strategy_;
  SignalId signal_;
  Symbol symbol_;
  std::optional<SignalHash> key_;
  bool ambiguous_ = false;
  bool over_ = false;
  std::map<Asset, Decimal> fees_;
  std::size_t fees_untold_ = 0;  ///< fills of which the venue told none
  bool more_ = false;
  std::vector<WhyStep> steps_;
};

}  // namespace signalbox
