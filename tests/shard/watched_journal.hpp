#pragma once

#include <functional>

#include "journal/journal.hpp"

namespace signalbox::test {

/// A journal that says of each record when it has just been written: where a crash can happen.
class WatchedJournal final : public Journal {
 public:
  WatchedJournal(Journal& inner, std::function<void(LogNumber)> on_record)
      : inner_(inner), on_record_(std::move(on_record)) {}

  Result<LogNumber> append(const AccountName& account, RecordKind kind, WallTime time,
                           std::span<const std::byte> payload, RecordUse use) override {
    auto number = inner_.append(account, kind, time, payload, use);
    if (number && on_record_) on_record_(*number);
    return number;
  }
  void on_committed(std::function<void(LogNumber)> call) override {
    inner_.on_committed(std::move(call));
  }
  JournalHealth health() const override { return inner_.health(); }
  Epoch epoch() const override { return inner_.epoch(); }
  const Book& book() const override { return inner_.book(); }
  bool ring_was_intact() const override { return inner_.ring_was_intact(); }
  void ring_loss_settled() override {
    settled = true;
    inner_.ring_loss_settled();
  }
  Result<void> replay(const std::function<Result<void>(const RecordView&)>& each) override {
    return inner_.replay(each);
  }
  Result<void> flush(Duration within) override { return inner_.flush(within); }

  bool settled = false;  ///< the loss of the ring

 private:
  Journal& inner_;
  std::function<void(LogNumber)> on_record_;
};

}  // namespace signalbox::test
