#include "connectors/kraken/hosts.hpp"

namespace signalbox::kraken {
namespace {

Endpoint named(std::string_view host) { return Endpoint{.host = std::string{host}}; }

bool stays_here(const Endpoint& e) {
  // With an address given the bytes go there, whatever the host is called.
  return is_loopback(e.address.empty() ? e.host : e.address);
}

}  // namespace

Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead) {
  if (instead) {
    for (const auto* each : {&instead->rest, &instead->private_stream, &instead->public_stream})
      if (!stays_here(*each))
        return failed(Fault::bad_input,
                      "kraken: hosts may be replaced only by this machine's own (a simulator), not "
                      "by " +
                          describe(*each));
    return *instead;
  }
  if (network != Network::live)
    return failed(Fault::bad_input,
                  "kraken: the venue has no test network; use the simulator, or say testnet = "
                  "false to trade with real money");
  return Hosts{named("api.kraken.com"), named("ws-auth.kraken.com"), named("ws.kraken.com")};
}

std::string host_header(const Endpoint& endpoint) {
  const bool usual = endpoint.port == (endpoint.tls ? 443 : 80);
  return usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox::kraken
