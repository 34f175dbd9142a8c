#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

/// Who sent a message: a ticket for answering it, small enough to travel with the command. It is
/// good until the peer is known to be gone or was forgotten; an answer after that is dropped and
/// counted, never sent to somebody else.
struct Peer {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  ///< 0: nobody
  std::uint32_t request = 0;     ///< of a REQ peer, which gets one answer per request; else 0

  constexpr bool is_req() const { return request != 0; }
  friend constexpr bool operator==(const Peer&, const Peer&) = default;
};

/// The routing ids of a ROUTER's peers, at most `peers_max` of them. ZeroMQ does not say when a
/// peer of a ROUTER leaves, so with the table full the peer not heard of longest makes room.
/// One thread.
class PeerTable {
 public:
  explicit PeerTable(std::size_t peers_max);

  /// The peer of this routing id, entered if it is new. `delimited`: a REQ asks, and may now get
  /// one answer; the answer to its earlier request can no longer be sent.
  Peer heard(std::string_view routing_id, bool delimited);

  bool knows(std::string_view routing_id) const;
  bool full() const { return index_.size() == peers_max_; }
  std::size_t size() const { return index_.size(); }

  /// Null once the peer was forgotten.
  const std::string* routing_id(const Peer& peer) const;
  /// True once per request of a REQ peer, always for others.
  bool take_answer(const Peer& peer);
  void forget(const Peer& peer);

  template <class F>
  void for_each(F&& f) const {
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
      if (!slots_[slot].routing_id.empty()) f(Peer{slot, slots_[slot].generation, 0});
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Slot {
    std::string routing_id;  // empty: free
    std::uint32_t generation = 0;
    std::uint32_t request = 0;
    bool answered = true;
    std::uint32_t newer = none;  // towards the peer heard last
    std::uint32_t older = none;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };

  const Slot* find(const Peer& peer) const;
  std::uint32_t enter(std::string_view routing_id);
  void link_newest(std::uint32_t slot);
  void unlink(std::uint32_t slot);
  void clear(std::uint32_t slot);

  std::size_t peers_max_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
  std::uint32_t newest_ = none;
  std::uint32_t oldest_ = none;
};

}  // namespace signalbox
