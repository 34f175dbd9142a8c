#include "connectors/binanceusdm/hosts.hpp"

#include <array>

namespace signalbox::binanceusdm {
namespace {

struct Row {
  Network network;
  std::string_view rest;
  std::string_view streams;
  std::string_view trade;  // empty: none is documented
};

constexpr auto table = std::array{
    Row{Network::live, "fapi.binance.com", "fstream.binance.com", "ws-fapi.binance.com"},
    Row{Network::testnet, "testnet.binancefuture.com", "fstream.binancefuture.com",
        "testnet.binancefuture.com"},
    // Whether the demo world has streams of its own name as well is not documented.
    Row{Network::demo, "demo-fapi.binance.com", "fstream.binancefuture.com", ""},
};

Endpoint named(std::string_view host) { return Endpoint{.host = std::string{host}}; }

}  // namespace

Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead) {
  if (instead) return binance::only_here(*instead);
  for (const auto& row : table)
    if (row.network == network) {
      Hosts hosts{named(row.rest), named(row.streams), named(row.streams)};
      if (!row.trade.empty()) hosts.trade = named(row.trade);
      return hosts;
    }
  return failed(Fault::bad_input, "binanceusdm: no such network");
}

}  // namespace signalbox::binanceusdm
