#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/binance/error.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator::binance {

/// The parameters of one request, from a query string, a form body or a JSON object. What a
/// handler never asks for is noticed: the venue refuses parameters it does not read.
class Params {
 public:
  static constexpr std::size_t params_max = 100;  // parameters in one request

  /// A name in both: the query wins.
  static tl::expected<Params, ApiError> from_form(std::string_view query, std::string_view body);

  std::optional<ApiError> add(std::string_view name, std::string value);
  /// Marks it as read.
  std::optional<std::string_view> take(std::string_view name);
  /// Without marking it.
  std::optional<std::string_view> peek(std::string_view name) const;
  bool has(std::string_view name) const { return peek(name).has_value(); }
  std::size_t sent() const { return all_.size(); }
  std::size_t read() const;
  /// All but the signature, sorted by name, `name=value` joined by `&`: what WS requests sign.
  std::string sorted_payload() const;
  void mark_all_read();

 private:
  struct Param {
    std::string name;
    std::string value;
    bool read = false;
  };
  std::optional<ApiError> add_form(std::string_view form, bool overridable);
  std::vector<Param> all_;
};

/// Reads parameters by type. The first thing that is wrong is kept and all later calls answer
/// nothing, so a handler reads what it needs and asks once, at the end, whether that went well.
class Reader {
 public:
  explicit Reader(Params& params) : params_(params) {}

  std::optional<std::string_view> text(std::string_view name, bool required = false);
  /// Not negative; at most eight digits after the point.
  std::optional<Decimal> decimal(std::string_view name, bool required = false);
  std::optional<std::int64_t> integer(std::string_view name, bool required = false);
  std::optional<bool> boolean(std::string_view name);
  ClientId client_id(std::string_view name);
  Side side(std::string_view name);
  std::optional<OrderType> order_type(std::string_view name, bool required = true);
  std::optional<TimeInForce> time_in_force(std::string_view name);
  std::optional<SelfTrade> self_trade();
  /// The venue's spelling, checked for form only.
  std::string_view symbol(bool required = true);

  void not_wanted(std::string_view name);
  void must_be_positive(std::optional<Decimal> value, std::string_view what);
  void fail(int code, std::string message);
  bool failed() const { return error_.has_value(); }
  const std::optional<ApiError>& error() const { return error_; }
  /// Also refuses parameters nobody has read.
  std::optional<ApiError> finish();

 private:
  Params& params_;
  std::optional<ApiError> error_;
};

}  // namespace signalbox::simulator::binance
