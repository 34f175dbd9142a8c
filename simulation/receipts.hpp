#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/time.hpp"
#include "simulation/words.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulation {

/// What the process was told of its orders, and when: read from the bytes that reached it, frames
/// and answers alike (`Words::tell`). A fill that no byte has told yet is hidden, and nobody can be
/// blamed for it. Orders go by the venue's own numbers.
class Receipts {
 public:
  void trade(std::uint64_t order, std::uint64_t trade, MonoTime now);
  void status(std::uint64_t order, bool over, MonoTime now);
  /// A list of open orders, asked for at `asked`. What is not in it has ended, but the stream may
  /// only be later than the list: the connector gives it this long before it believes the list.
  static constexpr Duration list_grace = std::chrono::seconds{3};
  void listed(MonoTime asked, MonoTime now, std::uint8_t space = plain_orders);

  /// Nothing: not told until the end.
  std::optional<MonoTime> told_of_trade(simulator::OrderId order, std::uint64_t trade) const;
  /// When the process could know that an order which ended at `ended` is over.
  std::optional<MonoTime> told_of_end(simulator::OrderId order, MonoTime ended,
                                      std::uint8_t space = plain_orders) const;
  /// The first word about the order at or after this time.
  std::optional<MonoTime> first_word(simulator::OrderId order, MonoTime from) const;

 private:
  struct Told {
    std::vector<std::pair<std::uint64_t, MonoTime>> trades;
    std::optional<MonoTime> end;
    std::vector<MonoTime> words;
  };
  struct Listing {
    MonoTime asked;
    MonoTime told;
    std::uint8_t space;
  };

  std::unordered_map<std::uint64_t, Told> orders_;
  std::vector<Listing> listings_;
};

}  // namespace signalbox::simulation
