#pragma once

#include <cstddef>
#include <memory>

#include "journal/journal.hpp"
#include "messages/time.hpp"

namespace signalbox::bench {

/// The hot chain as it is shipped, risk → brackets → orders → connection, on a loop that the caller
/// turns, with a venue that does nothing but note when it is called. One account, BTC/USDT; every
/// signal is a limit buy that risk approves. Throws when the chain does not do its work. One
/// thread.
class HotChain {
 public:
  explicit HotChain(Journal& journal);
  ~HotChain();

  struct Cost {
    Duration time{};
    std::size_t allocations = 0;
  };
  enum class Entry { refused, working };
  /// One signal from risk's hands to `Venue::place`; what the venue then says of its entry is not
  /// part of the cost.
  Cost signal(Entry then);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Numbers records and forgets them.
std::unique_ptr<Journal> counting_journal();

}  // namespace signalbox::bench
