#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "connectors/coinbase/streams.hpp"

namespace signalbox::coinbase {

/// Whether a message is missing before this one. Messages are numbered from 0, by one page of the
/// venue per connection and by another per channel: both are listened to, until the numbers
/// themselves have said which it is. Of one connection.
class Sequence {
 public:
  /// False: something was lost.
  [[nodiscard]] bool follows(Frame::Kind channel, std::int64_t number) {
    const auto known = of_channel_.find(channel);
    const bool in_connection = !last_ || number == *last_ + 1;
    const bool in_channel =
        known == of_channel_.end() ? !last_ || number == 0 : number == known->second + 1;
    if (way_ == Way::unknown && in_connection != in_channel)
      way_ = in_connection ? Way::connection : Way::channel;
    last_ = number;
    of_channel_.insert_or_assign(channel, number);
    switch (way_) {
      case Way::connection: return in_connection;
      case Way::channel: return in_channel;
      case Way::unknown: break;
    }
    return in_connection;
  }

 private:
  enum class Way : std::uint8_t { unknown = 1, connection, channel };
  Way way_ = Way::unknown;
  std::optional<std::int64_t> last_;
  std::map<Frame::Kind, std::int64_t> of_channel_;
};

}  // namespace signalbox::coinbase
