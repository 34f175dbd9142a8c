#pragma once

#include <string>

#include "simulator/engine/cover.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator {

// The venue's evidence as JSON: amounts as decimal strings, times in ns since the epoch.

/// Orders with their history, trades, refusals, planned faults that struck, balances.
std::string record_json(const Exchange& exchange);
std::string cover_json(const Exchange& exchange, const CoverQuestion& question);

}  // namespace signalbox::simulator
