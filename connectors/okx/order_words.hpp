#pragma once

#include "connectors/okx/checks.hpp"
#include "connectors/okx/json_body.hpp"

namespace signalbox::okx {

/// Which part of an algo order is meant.
enum class AlgoLeg : std::uint8_t { stop = 1, target, trigger };

/// How the parts of an order are said. The requests are already checked.
struct OrderWords {
  const Market& market;
  const AccountModes& modes;
  Wording wording = Wording::documented;

  /// The members of POST trade/order after the instrument.
  void plain(JsonBody& body, const PlaceOrders& orders) const;
  /// The members of POST trade/order-algo after the instrument.
  void algo(JsonBody& body, const PlaceOrders& orders) const;
  void amend_plain(JsonBody& body, const AmendOrder& amend) const;
  /// What of an algo order is changed depends on which leg it is.
  void amend_algo(JsonBody& body, const AmendOrder& amend, AlgoLeg leg) const;

 private:
  void size(JsonBody& body, std::string_view name, Quantity quantity) const;
  void side(JsonBody& body, const OrderSpec& spec) const;
  void stop_leg(JsonBody& body, const OrderSpec& stop) const;
  void target_leg(JsonBody& body, const OrderSpec& target, bool is_attached) const;
  void attached(JsonBody& body, const PlaceOrders& orders) const;
};

}  // namespace signalbox::okx
