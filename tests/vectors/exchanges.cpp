#include "tests/vectors/exchanges.hpp"

#include <array>

namespace signalbox::vectors {
namespace {

constexpr auto table = std::array{
    Exchange{"binance", make_binance},
    Exchange{"binanceusdm", make_binanceusdm},
};

}  // namespace

std::span<const Exchange> exchanges() { return table; }

}  // namespace signalbox::vectors
