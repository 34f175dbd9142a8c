#include "app/command_memory.hpp"

namespace signalbox {

CommandMemory::Begun CommandMemory::begin(const Key& key, std::string content, ClientToken client) {
  using As = Begun::As;
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    entries_.emplace(key, Entry{.content = std::move(content), .answer = {}, .waiting = {}});
    return {As::fresh, std::nullopt};
  }
  Entry& entry = found->second;
  if (entry.content != content) return {As::id_reused, std::nullopt};
  if (entry.answer) return {As::done, entry.answer};
  entry.waiting.push_back(client);
  return {As::under_way, std::nullopt};
}

std::vector<ClientToken> CommandMemory::finish(const Key& key, const Reply& reply) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  auto waiting = std::move(found->second.waiting);
  if (std::holds_alternative<Refused>(reply)) {
    entries_.erase(found);
    return waiting;
  }
  found->second.answer = reply;
  found->second.waiting.clear();
  done_order_.push_back(key);
  if (done_order_.size() > remembered_max) {
    entries_.erase(done_order_.front());
    done_order_.pop_front();
  }
  return waiting;
}

}  // namespace signalbox
