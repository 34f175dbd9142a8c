#include "connectors/binanceusdm/errors.hpp"

#include <algorithm>
#include <array>

namespace signalbox::binanceusdm {
namespace {

using binance::ErrorRange;
using binance::ErrorRule;

constexpr ErrorRule refused(std::int32_t code, Refusal refusal, std::string_view part = {}) {
  return {code, part, Outcome::refused, refusal};
}
constexpr ErrorRule unknown(std::int32_t code, std::string_view part = {}) {
  return {code, part, Outcome::unknown, Refusal::none};
}

constexpr auto rules = std::array{
    unknown(-1000),
    unknown(-1001),
    refused(-1002, Refusal::permission),
    refused(-1003, Refusal::banned, "banned until"),
    refused(-1003, Refusal::rate_limited),
    unknown(-1006),
    unknown(-1007),
    refused(-1008, Refusal::maintenance),  // overloaded: dropped before the matching engine

    refused(-1013, Refusal::minimum, "NOTIONAL"),
    refused(-1013, Refusal::price_band, "PERCENT_PRICE"),
    refused(-1013, Refusal::precision, "PRICE_FILTER"),
    refused(-1013, Refusal::maximum, "MARKET_LOT_SIZE"),
    refused(-1013, Refusal::precision, "LOT_SIZE"),
    refused(-1013, Refusal::too_many_orders, "MAX_NUM_"),
    refused(-1013, Refusal::invalid),
    refused(-1014, Refusal::unsupported),
    refused(-1015, Refusal::rate_limited),
    refused(-1016, Refusal::maintenance),
    refused(-1020, Refusal::unsupported),
    refused(-1021, Refusal::clock),
    refused(-5028, Refusal::clock),  // its time ran out inside the matching engine
    refused(-1022, Refusal::authentication),
    refused(-1111, Refusal::precision),
    refused(-1125, Refusal::not_found),  // the listen key is gone

    refused(-2010, Refusal::insufficient_funds, "insufficient balance"),
    refused(-2010, Refusal::duplicate_id, "Duplicate order sent"),
    refused(-2010, Refusal::invalid),
    refused(-2011, Refusal::not_found),
    refused(-2013, Refusal::not_found),
    refused(-2014, Refusal::authentication),
    refused(-2015, Refusal::authentication),
    refused(-2017, Refusal::authentication),  // the key is locked
    refused(-2018, Refusal::insufficient_funds),
    refused(-2019, Refusal::insufficient_funds),
    refused(-2020, Refusal::invalid),  // "unable to fill"
    refused(-2021, Refusal::would_trigger),
    refused(-2022, Refusal::reduce_only),
    refused(-2023, Refusal::permission),  // in liquidation
    refused(-2024, Refusal::reduce_only),
    refused(-2025, Refusal::too_many_orders),
    refused(-2026, Refusal::unsupported),  // this type has no reduceOnly
    refused(-2027, Refusal::insufficient_funds),
    refused(-2028, Refusal::insufficient_funds),

    refused(-4003, Refusal::minimum),  // quantity not above zero
    refused(-4004, Refusal::minimum),
    refused(-4005, Refusal::maximum),
    refused(-4013, Refusal::price_band),
    refused(-4014, Refusal::precision),
    refused(-4015, Refusal::invalid),  // client order id
    refused(-4016, Refusal::price_band),
    refused(-4023, Refusal::precision),
    refused(-4024, Refusal::price_band),
    refused(-4044, Refusal::invalid),
    refused(-4045, Refusal::too_many_orders),  // stops
    refused(-4061, Refusal::invalid),          // the account is in the other position mode
    refused(-4062, Refusal::reduce_only),
    refused(-4067, Refusal::invalid),
    refused(-4068, Refusal::invalid),
    refused(-4116, Refusal::duplicate_id),
    refused(-4118, Refusal::reduce_only),
    refused(-4120, Refusal::unsupported),  // conditional types have their own endpoint
    refused(-4131, Refusal::price_band),
    refused(-4164, Refusal::minimum),
    refused(-5021, Refusal::invalid),  // fill or kill could not be filled
    refused(-5022, Refusal::would_take),

    // A 503 without a code of its own: three texts, three meanings.
    refused(0, Refusal::maintenance, "Service Unavailable."),
    refused(0, Refusal::maintenance, "unable to process your request. Please try again"),
    unknown(0, "Unknown error, please check your request"),
};

constexpr auto invalid_ranges = std::array{ErrorRange{-1121, -1100}, ErrorRange{-1130, -1126}};

constexpr auto no_change = std::array{-4046, -4059, -5027};

}  // namespace

binance::ErrorTable futures_errors() { return {rules, invalid_ranges}; }

bool is_no_change(const VenueError& error) {
  return std::find(no_change.begin(), no_change.end(), error.code) != no_change.end();
}

}  // namespace signalbox::binanceusdm
