#include "bus/subscriptions.hpp"

#include <algorithm>

namespace signalbox {

bool Subscriptions::on_message(std::string_view message) {
  if (message.empty() || static_cast<unsigned char>(message.front()) > 1) return false;
  const auto prefix = message.substr(1);
  // No topic is that long: nothing can match.
  if (prefix.size() > topic_bytes_max) return true;
  if (message.front() == 1) {
    add(prefix);
  } else {
    remove(prefix);
  }
  return true;
}

bool Subscriptions::wanted(std::string_view topic) const {
  if (not_kept_ > 0) return true;
  const auto longest = std::min(topic.size(), topic_bytes_max);
  for (std::size_t length = 0; length <= longest; ++length)
    if (of_length_[length] > 0 && prefixes_.contains(topic.substr(0, length))) return true;
  return false;
}

void Subscriptions::add(std::string_view prefix) {
  if (prefixes_.contains(prefix)) return;
  if (prefixes_.size() >= prefixes_max_) {
    ++not_kept_;
    return;
  }
  prefixes_.emplace(prefix);
  ++of_length_[prefix.size()];
}

void Subscriptions::remove(std::string_view prefix) {
  const auto known = prefixes_.find(prefix);
  if (known != prefixes_.end()) {
    --of_length_[prefix.size()];
    prefixes_.erase(known);
  } else if (not_kept_ > 0) {
    --not_kept_;
  }
}

}  // namespace signalbox
