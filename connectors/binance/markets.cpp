#include "connectors/binance/markets.hpp"

namespace signalbox::binance {

std::string wire_guess(const Symbol& symbol) {
  // "BTC/USDT:USDT" is settled in what stands behind the colon; the venue does not spell it.
  std::string wire{symbol.view().substr(0, symbol.view().find(':'))};
  std::erase(wire, '/');
  return wire;
}

std::string stream_name(std::string_view wire) {
  std::string name{wire};
  for (auto& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return name;
}

}  // namespace signalbox::binance
