#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "simulator/binance/params.hpp"

namespace signalbox::simulator::binance {

/// A request that came over a websocket.
struct Frame {
  std::string id = "null";  ///< as JSON, to be repeated
  std::string method;
  Params params;                  ///< when they are an object
  std::vector<std::string> list;  ///< when they are an array of strings
};

enum class FrameError : std::uint8_t { bad_json = 1, bad_request };

inline constexpr std::size_t frame_max = 64 * 1024;  // bytes of one request

/// `bad_json`: not JSON at all, or longer than `frame_max`. `bad_request`: not of this form.
tl::expected<Frame, FrameError> parse_frame(std::string_view bytes);

}  // namespace signalbox::simulator::binance
