#pragma once

#include "tests/vectors/vector_venue.hpp"

namespace signalbox::vectors {

// Each is in the file of its exchange.
std::unique_ptr<VectorVenue> make_binance(const VectorWorld& world);
std::unique_ptr<VectorVenue> make_binanceusdm(const VectorWorld& world);
std::unique_ptr<VectorVenue> make_bybit(const VectorWorld& world);
std::unique_ptr<VectorVenue> make_coinbase(const VectorWorld& world);
std::unique_ptr<VectorVenue> make_kraken(const VectorWorld& world);
std::unique_ptr<VectorVenue> make_okx(const VectorWorld& world);

}  // namespace signalbox::vectors
