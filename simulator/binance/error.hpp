#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator::binance {

/// What the venue says when it does not do as asked.
struct ApiError {
  int status = 400;  ///< HTTP
  int code = -1000;
  std::string message;
  std::string data;               ///< JSON, for the few errors that carry some
  std::uint32_t retry_after = 0;  ///< seconds; 0: no such header
};

/// JSON text, or why not.
using Answer = tl::expected<std::string, ApiError>;

inline tl::unexpected<ApiError> error(int code, std::string message, int status = 400) {
  return tl::unexpected(ApiError{status, code, std::move(message), {}, 0});
}

/// The engine's refusal in the venue's words. `cancels`: of a cancel, whose code differs.
ApiError to_error(Reject reject, bool cancels = false);

std::string to_json(const ApiError& error);

}  // namespace signalbox::simulator::binance
