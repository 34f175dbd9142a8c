#pragma once

#include "connectors/binance/errors.hpp"

namespace signalbox::binanceusdm {

using namespace kit;

/// The futures' table: some codes mean something else than on spot (-2021, -2022).
binance::ErrorTable futures_errors();

inline Verdict judge(int http_status, const VenueError& error) {
  return binance::judge_by(futures_errors(), http_status, error);
}

/// The account already is as it was asked to be: a success.
bool is_no_change(const VenueError& error);

}  // namespace signalbox::binanceusdm
