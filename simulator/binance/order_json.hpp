#pragma once

#include <span>
#include <string>

#include "simulator/engine/engine.hpp"

namespace signalbox::simulator::binance {

enum class ResponseType : std::uint8_t { ack = 1, result, full };

/// Orders, lists and trades as the venue's answers show them. `trades` belong to the order.
class OrderJson {
 public:
  OrderJson(const Engine& engine, const std::vector<std::string>& symbols)
      : engine_(engine), symbols_(symbols) {}

  std::string placed(const Order& order, ResponseType type) const;
  std::string queried(const Order& order) const;
  std::string cancelled(const Order& order, const ClientId& cancel_id) const;
  std::string amended(const Order& order, WallTime now) const;
  /// `reports`: JSON of each member's report; empty leaves them out.
  std::string list(const OrderList& list, std::span<const std::string> reports) const;
  std::string trade(const Trade& trade) const;

 private:
  std::string_view symbol(const Order& o) const {
    return symbols_[static_cast<std::size_t>(o.market)];
  }
  std::string common(const Order& o) const;
  std::string fills(const Order& o) const;

  const Engine& engine_;
  const std::vector<std::string>& symbols_;
};

}  // namespace signalbox::simulator::binance
