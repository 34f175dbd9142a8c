#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/okx/order_fields.hpp"
#include "messages/bounded.hpp"

namespace signalbox::okx {

/// The fields of an algo order in answers and on the stream. Texts point into the document.
struct AlgoFields {
  std::string_view instrument, number, algo_client_id, client_id, state, side, type, stop_price,
      target_price, target_kind, order_price, actual_side, fail_code, child, parent;
  std::int64_t created = 0, updated = 0;  // ms
  std::optional<Decimal> size, stop_trigger, target_trigger, trigger;
  bool reduce_only = false;
  std::vector<std::string_view> children;

  Result<void> read(const JsonObject& from);
};

/// An algo order as the one or two legs of ours that it is.
struct AlgoRow {
  std::string number;
  std::string client_id;
  std::string parent;  ///< the plain order it was attached to; empty: none
  MarketIndex market = 0;
  LegIds ids;
  bool is_pair = false;
  bool fired = false;                 ///< one leg has; the venue has made a plain order of it
  std::optional<bool> fired_target;   ///< which one, where it is a pair and the venue says
  bool ended = false;                 ///< without having fired
  std::vector<std::string> children;  ///< the plain orders that it made
  Bounded<kit::OrderRow, 2> legs;     ///< the stop first
};

/// `not_found`: of a symbol that is not loaded, or of a type that no leg of ours has.
Result<AlgoRow> algo_row(const AlgoFields& fields, const Markets& markets);

}  // namespace signalbox::okx
