#include "app/command_memory.hpp"

namespace signalbox {
namespace {

/// FNV-1a: the journal keeps it, so it must be the same in every build.
std::uint64_t digest_of(std::string_view content) {
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const char each : content) {
    digest ^= static_cast<std::uint8_t>(each);
    digest *= 0x100000001b3;
  }
  return digest;
}

}  // namespace

CommandMemory::Begun CommandMemory::begin(const Key& key, std::string_view content,
                                          ClientToken client) {
  using As = Begun::As;
  const auto digest = digest_of(content);
  const auto found = entries_.find(key);
  if (found == entries_.end()) {
    entries_.emplace(key, Entry{.digest = digest, .answer = {}, .waiting = {}});
    return {As::fresh, std::nullopt};
  }
  Entry& entry = found->second;
  if (entry.digest != digest) return {As::id_reused, std::nullopt};
  if (entry.answer) return {As::done, entry.answer};
  entry.waiting.push_back(client);
  return {As::under_way, std::nullopt};
}

std::optional<CommandDoneRecord> CommandMemory::record_of(const Key& key,
                                                          const Reply& reply) const {
  const auto found = entries_.find(key);
  const auto* done = std::get_if<Done>(&reply);
  if (found == entries_.end() || done == nullptr) return std::nullopt;
  const auto& [account, strategy, id] = key;
  return CommandDoneRecord{account, strategy, id, found->second.digest, done->detail};
}

void CommandMemory::remember(const CommandDoneRecord& done) {
  const Key key{done.account, done.strategy, done.id};
  const Entry entry{
      .digest = done.digest, .answer = Done{.id = done.id, .detail = done.detail}, .waiting = {}};
  if (entries_.insert_or_assign(key, entry).second) keep(key);
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
  keep(key);
  return waiting;
}

void CommandMemory::keep(const Key& key) {
  done_order_.push_back(key);
  if (done_order_.size() <= remembered_max) return;
  entries_.erase(done_order_.front());
  done_order_.pop_front();
}

}  // namespace signalbox
