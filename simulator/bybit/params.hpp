#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/decimal.hpp"

namespace signalbox::simulator::bybit {

/// The parameters of one request by name, from a query string or a flat JSON object; numbers and
/// booleans keep their spelling.
class Params {
 public:
  static constexpr std::size_t params_max = 100;  // in one request

  /// Nothing: not a query, or not a flat JSON object.
  static std::optional<Params> from_query(std::string_view query);
  static std::optional<Params> from_json(std::string_view body);

  /// Empty when it was not sent.
  std::string_view text(std::string_view name) const;
  bool has(std::string_view name) const { return !text(name).empty(); }
  /// Nothing when it was not sent, or is no number.
  std::optional<Decimal> decimal(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;

  bool put(std::string name, std::string value);

 private:
  std::map<std::string, std::string, std::less<>> all_;
};

/// A frame that came over a websocket.
struct Frame {
  std::string id;  ///< req_id or reqId
  std::string operation;
  std::vector<std::string> list;  ///< arguments that are texts or numbers
  Params header;
  Params order;  ///< the first argument that is an object
  bool has_order = false;
};
/// Nothing: no JSON, too long, or not of this form.
std::optional<Frame> parse_frame(std::string_view bytes);

}  // namespace signalbox::simulator::bybit
