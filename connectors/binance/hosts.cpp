#include "connectors/binance/hosts.hpp"

#include <array>

namespace signalbox::binance {
namespace {

struct Row {
  Network network;
  std::string_view rest;
  std::string_view user_stream;
  std::string_view market_stream;
};

constexpr auto table = std::array{
    Row{Network::live, "api.binance.com", "ws-api.binance.com", "stream.binance.com"},
    Row{Network::testnet, "testnet.binance.vision", "ws-api.testnet.binance.vision",
        "stream.testnet.binance.vision"},
    Row{Network::demo, "demo-api.binance.com", "demo-ws-api.binance.com",
        "demo-stream.binance.com"},
};

Endpoint named(std::string_view host) { return Endpoint{.host = std::string{host}}; }

bool stays_here(const Endpoint& e) {
  // With an address given the bytes go there, whatever the host is called.
  return is_loopback(e.address.empty() ? e.host : e.address);
}

}  // namespace

Result<Hosts> only_here(const Hosts& hosts) {
  const auto& trade = hosts.trade ? *hosts.trade : hosts.rest;
  for (const auto* each : {&hosts.rest, &hosts.user_stream, &hosts.market_stream, &trade})
    if (!stays_here(*each))
      return failed(Fault::bad_input,
                    "binance: hosts may be replaced only by this machine's "
                    "own (a simulator), not by " +
                        describe(*each));
  return hosts;
}

Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead) {
  if (instead) return only_here(*instead);
  for (const auto& row : table)
    if (row.network == network)
      return Hosts{named(row.rest), named(row.user_stream), named(row.market_stream)};
  return failed(Fault::bad_input, "binance: no such network");
}

std::string host_header(const Endpoint& endpoint) {
  const bool usual = endpoint.port == (endpoint.tls ? 443 : 80);
  return usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox::binance
