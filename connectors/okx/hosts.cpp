#include "connectors/okx/hosts.hpp"

#include <array>

namespace signalbox::okx {
namespace {

struct Row {
  Network network;
  Region region;
  std::string_view rest;
  std::string_view streams;
};

// www.okx.com is the older name and openapi.okx.com the one of the newest documents; clients in
// wide use still ask the former. The regions' names are unverified.
constexpr auto table = std::array{
    Row{Network::live, Region::global, "www.okx.com", "ws.okx.com"},
    Row{Network::demo, Region::global, "www.okx.com", "wspap.okx.com"},
    Row{Network::live, Region::europe, "eea.okx.com", "wseea.okx.com"},
    Row{Network::live, Region::united_states, "us.okx.com", "wsus.okx.com"},
};

constexpr std::uint16_t stream_port = 8443;

bool stays_here(const Endpoint& e) {
  // With an address given the bytes go there, whatever the host is called.
  return is_loopback(e.address.empty() ? e.host : e.address);
}

}  // namespace

Result<Hosts> hosts_of(Network network, Region region, const std::optional<Hosts>& instead) {
  if (instead) {
    for (const auto* each : {&instead->rest, &instead->public_stream, &instead->private_stream,
                             &instead->business_stream})
      if (!stays_here(*each))
        return failed(Fault::bad_input,
                      "okx: hosts may be replaced only by this machine's own (a simulator), "
                      "not by " +
                          describe(*each));
    return *instead;
  }
  for (const auto& row : table) {
    if (row.network != network || row.region != region) continue;
    const Endpoint streams{.host = std::string{row.streams}, .port = stream_port};
    return Hosts{Endpoint{.host = std::string{row.rest}}, streams, streams, streams};
  }
  return failed(Fault::bad_input, "okx: no such network in this region");
}

std::string host_header(const Endpoint& endpoint) {
  const bool usual = endpoint.port == (endpoint.tls ? 443 : 80);
  return usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox::okx
