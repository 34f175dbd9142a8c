#include "tests/vectors/exchanges.hpp"

#include <array>

namespace signalbox::vectors {
namespace {

constexpr auto table = std::array{
    Exchange{"binance", make_binance}, Exchange{"binanceusdm", make_binanceusdm},
    Exchange{"bybit", make_bybit},     Exchange{"coinbase", make_coinbase},
    Exchange{"kraken", make_kraken},   Exchange{"okx", make_okx},
};

}  // namespace

std::span<const Exchange> exchanges() { return table; }

}  // namespace signalbox::vectors
