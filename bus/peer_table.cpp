#include "bus/peer_table.hpp"

#include <algorithm>

namespace signalbox {

PeerTable::PeerTable(std::size_t peers_max)
    : peers_max_(std::clamp<std::size_t>(peers_max, 1, none)) {}

Peer PeerTable::heard(std::string_view routing_id, bool delimited) {
  const auto known = index_.find(routing_id);
  const auto slot = known == index_.end() ? enter(routing_id) : known->second;
  if (slot != newest_) {
    unlink(slot);
    link_newest(slot);
  }
  auto& mine = slots_[slot];
  if (!delimited) return {slot, mine.generation, 0};
  if (++mine.request == 0) ++mine.request;
  mine.answered = false;
  return {slot, mine.generation, mine.request};
}

bool PeerTable::knows(std::string_view routing_id) const { return index_.contains(routing_id); }

const std::string* PeerTable::routing_id(const Peer& peer) const {
  const auto* slot = find(peer);
  return slot == nullptr ? nullptr : &slot->routing_id;
}

bool PeerTable::take_answer(const Peer& peer) {
  if (find(peer) == nullptr) return false;
  if (!peer.is_req()) return true;
  auto& slot = slots_[peer.slot];
  if (slot.request != peer.request || slot.answered) return false;
  slot.answered = true;
  return true;
}

void PeerTable::forget(const Peer& peer) {
  if (find(peer) != nullptr) clear(peer.slot);
}

const PeerTable::Slot* PeerTable::find(const Peer& peer) const {
  if (peer.generation == 0 || peer.slot >= slots_.size()) return nullptr;
  const auto& slot = slots_[peer.slot];
  return slot.generation == peer.generation && !slot.routing_id.empty() ? &slot : nullptr;
}

std::uint32_t PeerTable::enter(std::string_view routing_id) {
  if (full()) clear(oldest_);
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  auto& mine = slots_[slot];
  mine.routing_id = routing_id;
  if (++mine.generation == 0) ++mine.generation;
  mine.request = 0;
  mine.answered = true;
  index_.emplace(mine.routing_id, slot);
  link_newest(slot);
  return slot;
}

void PeerTable::link_newest(std::uint32_t slot) {
  slots_[slot].older = newest_;
  slots_[slot].newer = none;
  if (newest_ != none) slots_[newest_].newer = slot;
  newest_ = slot;
  if (oldest_ == none) oldest_ = slot;
}

void PeerTable::unlink(std::uint32_t slot) {
  const auto [newer, older] = std::pair{slots_[slot].newer, slots_[slot].older};
  (newer == none ? newest_ : slots_[newer].older) = older;
  (older == none ? oldest_ : slots_[older].newer) = newer;
}

void PeerTable::clear(std::uint32_t slot) {
  unlink(slot);
  index_.erase(slots_[slot].routing_id);
  slots_[slot].routing_id.clear();
  free_.push_back(slot);
}

}  // namespace signalbox
