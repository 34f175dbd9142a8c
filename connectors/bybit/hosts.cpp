#include "connectors/bybit/hosts.hpp"

#include <array>

namespace signalbox::bybit {
namespace {

struct Row {
  Network network;
  std::string_view rest;
  std::string_view private_stream;
  std::string_view public_stream;
  std::string_view trade_stream;  // empty: none
};

constexpr auto table = std::array{
    Row{Network::live, "api.bybit.com", "stream.bybit.com", "stream.bybit.com", "stream.bybit.com"},
    Row{Network::testnet, "api-testnet.bybit.com", "stream-testnet.bybit.com",
        "stream-testnet.bybit.com", "stream-testnet.bybit.com"},
    Row{Network::demo, "api-demo.bybit.com", "stream-demo.bybit.com", "stream.bybit.com", ""},
};

Endpoint named(std::string_view host) { return Endpoint{.host = std::string{host}}; }

bool stays_here(const Endpoint& e) {
  // With an address given the bytes go there, whatever the host is called.
  return is_loopback(e.address.empty() ? e.host : e.address);
}

}  // namespace

Result<Hosts> hosts_of(Network network, const std::optional<Hosts>& instead) {
  if (instead) {
    for (const auto* each : {&instead->rest, &instead->private_stream, &instead->public_stream,
                             instead->trade_stream ? &*instead->trade_stream : &instead->rest})
      if (!stays_here(*each))
        return failed(Fault::bad_input,
                      "bybit: hosts may be replaced only by this machine's own (a simulator), not "
                      "by " +
                          describe(*each));
    return *instead;
  }
  for (const auto& row : table) {
    if (row.network != network) continue;
    Hosts hosts{named(row.rest), named(row.private_stream), named(row.public_stream), {}};
    if (!row.trade_stream.empty()) hosts.trade_stream = named(row.trade_stream);
    return hosts;
  }
  return failed(Fault::bad_input, "bybit: no such network");
}

std::string host_header(const Endpoint& endpoint) {
  const bool usual = endpoint.port == (endpoint.tls ? 443 : 80);
  return usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox::bybit
