#pragma once

#include <span>
#include <string>

#include "journal/journal.hpp"
#include "messages/codec.hpp"
#include "messages/records.hpp"
#include "seams/clock.hpp"

namespace signalbox {

/// Writes messages to the journal as records. One thread, the hot loop's; the buffer is reused.
class Recorder {
 public:
  Recorder(Journal& journal, const Clock& clock) : journal_(journal), clock_(clock) {}

  template <HasFields T>
  Result<LogNumber> record(const AccountName& account, RecordType type, const T& payload,
                           RecordUse use) {
    buffer_.clear();
    encode(payload, buffer_);
    return journal_.append(account, static_cast<RecordKind>(type), clock_.wall(),
                           std::as_bytes(std::span{buffer_}), use);
  }

  Journal& journal() { return journal_; }

 private:
  Journal& journal_;
  const Clock& clock_;
  std::string buffer_;
};

}  // namespace signalbox
