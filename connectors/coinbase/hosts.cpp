#include "connectors/coinbase/hosts.hpp"

namespace signalbox::coinbase {
namespace {

bool stays_here(const Endpoint& e) {
  // With an address given the bytes go there, whatever the host is called.
  return is_loopback(e.address.empty() ? e.host : e.address);
}

}  // namespace

Endpoint rest_host(Network network) {
  return Endpoint{.host =
                      network == Network::live ? "api.coinbase.com" : "api-sandbox.coinbase.com"};
}

Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead) {
  if (instead) {
    for (const auto* each : {&instead->rest, &instead->market_stream, &instead->user_stream})
      if (!stays_here(*each))
        return failed(Fault::bad_input,
                      "coinbase: hosts may be replaced only by this machine's own (a simulator), "
                      "not by " +
                          describe(*each));
    return *instead;
  }
  if (network != Network::live)
    return failed(Fault::bad_input,
                  "coinbase: its sandbox has canned answers and no streams; use the simulator");
  return Hosts{rest_host(network), Endpoint{.host = "advanced-trade-ws.coinbase.com"},
               Endpoint{.host = "advanced-trade-ws-user.coinbase.com"}};
}

std::string host_header(const Endpoint& endpoint) {
  const bool usual = endpoint.port == (endpoint.tls ? 443 : 80);
  return usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox::coinbase
