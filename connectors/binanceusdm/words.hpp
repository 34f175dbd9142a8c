#pragma once

#include <optional>
#include <string_view>

#include "messages/enums.hpp"

namespace signalbox::binanceusdm {

/// Words of the venue for words of ours. An unknown one is nothing: the caller says so.
std::optional<OrderKind> kind_of(std::string_view type);
std::optional<OrderStatus> status_of(std::string_view status);

/// Where a conditional order stands. It is replaced by a plain order when it triggers.
enum class AlgoState : std::uint8_t {
  waiting = 1,
  triggered,  ///< its child is or will be a plain order
  finished,   ///< the child's fate is its fate
  cancelled,
  rejected,
  expired,
};
std::optional<AlgoState> algo_state_of(std::string_view status);
OrderStatus status_of(AlgoState state);

}  // namespace signalbox::binanceusdm
