#include "app/venues.hpp"

#include <charconv>

#include "actors/runtime/loop_asio.hpp"
#include "connectors/binance/binance.hpp"
#include "connectors/transport/http.hpp"
#include "connectors/transport/tls.hpp"
#include "connectors/transport/websocket.hpp"

namespace signalbox {
namespace {

/// "https://127.0.0.1:8443" as an endpoint; the scheme says whether it is TLS.
Result<Endpoint> endpoint_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos)
    return failed(Fault::bad_input, "'" + std::string{url} + "' is no URL");
  const auto scheme = url.substr(0, scheme_end);
  auto rest = url.substr(scheme_end + 3);
  Endpoint endpoint;
  endpoint.tls = scheme == "https" || scheme == "wss";
  if (const auto colon = rest.rfind(':'); colon != rest.npos) {
    const auto port = rest.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (error != std::errc{} || end != port.data() + port.size())
      return failed(Fault::bad_input, "'" + std::string{url} + "' has no port number");
    rest = rest.substr(0, colon);
  }
  endpoint.host = std::string{rest};
  if (auto fine = check(endpoint); !fine) return tl::unexpected<Error>(fine.error());
  return endpoint;
}

Result<std::optional<binance::Hosts>> hosts_of(const VenueHosts& hosts) {
  if (hosts.rest.empty() && hosts.market_ws.empty() && hosts.user_ws.empty())
    return std::optional<binance::Hosts>{};
  binance::Hosts found;
  for (const auto& [url, into] :
       {std::pair{&hosts.rest, &found.rest}, std::pair{&hosts.market_ws, &found.market_stream},
        std::pair{&hosts.user_ws, &found.user_stream}}) {
    auto endpoint = endpoint_of(*url);
    if (!endpoint) return tl::unexpected<Error>(endpoint.error());
    *into = std::move(*endpoint);
  }
  return std::optional{found};
}

binance::Network network_of(const AccountConfig& account) {
  return account.testnet ? binance::Network::testnet : binance::Network::live;
}

/// What a lane or a stream could not be made of is wrong wiring: the account's maker reports it.
template <class T>
std::unique_ptr<T> made_or_throw(Result<std::unique_ptr<T>> made) {
  if (!made) throw std::runtime_error(made.error().what);
  return std::move(*made);
}

Result<std::unique_ptr<Venue>> make_binance(const AccountConfig& account, const VenueSeams& seams) {
  auto instead = hosts_of(account.hosts);
  if (!instead) return tl::unexpected<Error>(instead.error());
  auto hosts = binance::hosts_of(network_of(account), *instead);
  if (!hosts) return tl::unexpected<Error>(hosts.error());
  auto tls = TlsContext::make({.ca_file = account.hosts.ca_file});
  if (!tls) return tl::unexpected<Error>(tls.error());

  const auto lane = [&seams, tls = *tls](const Endpoint& endpoint, std::size_t lanes) {
    return [&seams, tls, endpoint, lanes](HttpSink& sink) -> std::unique_ptr<HttpLane> {
      return made_or_throw(HttpPool::make(io_context_of(seams.loop), seams.clock, seams.random,
                                          sink, tls, {.endpoint = endpoint, .lanes = lanes}));
    };
  };
  const auto stream = [&seams, tls = *tls](const Endpoint& endpoint) {
    return [&seams, tls, endpoint](WsSink& sink) -> std::unique_ptr<WsStream> {
      return made_or_throw(WebSocket::make(io_context_of(seams.loop), seams.clock, sink, tls,
                                           {.endpoint = endpoint}));
    };
  };
  BinanceConfig config;
  config.network = network_of(account);
  config.hosts = *instead;
  config.api_key = Secret::take(std::string{account.api_key.reveal()});
  config.api_secret = Secret::take(std::string{account.api_secret.reveal()});
  config.symbols = account.symbols;
  try {
    return make_binance_spot(std::move(config),
                             {.orders = lane(hosts->rest, 4),
                              .queries = lane(hosts->rest, 2),
                              .user = stream(hosts->user_stream),
                              .market = stream(hosts->market_stream)},
                             seams.clock, seams.timers, seams.random);
  } catch (const std::exception& e) {
    return failed(Fault::bad_input, "account " + account.name.str() + ": " + e.what());
  }
}

}  // namespace

VenueMakers native_venues() {
  return [](const AccountConfig& account) -> Result<VenueMaker> {
    if (account.venue.view() == "binance")
      return VenueMaker{.capabilities = binance_spot_capabilities(network_of(account)),
                        .make = make_binance};
    return failed(Fault::not_found, "no venue is called '" + account.venue.str() + "'");
  };
}

}  // namespace signalbox
