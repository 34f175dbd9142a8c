#include "bus/sequencer.hpp"

namespace signalbox {

Result<std::uint64_t> Sequencer::next(std::string_view stream) {
  const auto known = last_.find(stream);
  if (known != last_.end()) return ++known->second;
  if (last_.size() >= streams_max_)
    return failed(Fault::full, "no room for stream " + std::string{stream} + ": there are " +
                                   std::to_string(streams_max_) + " already");
  last_.emplace(stream, 1);
  return 1;
}

std::uint64_t Sequencer::last(std::string_view stream) const {
  const auto known = last_.find(stream);
  return known == last_.end() ? 0 : known->second;
}

}  // namespace signalbox
