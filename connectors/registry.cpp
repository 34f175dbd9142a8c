#include "connectors/registry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "connectors/binance/binance.hpp"
#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/bybit/bybit.hpp"
#include "connectors/coinbase/coinbase.hpp"
#include "connectors/kraken/kraken.hpp"
#include "connectors/okx/okx.hpp"
#include "connectors/transport/http.hpp"
#include "connectors/transport/tls.hpp"
#include "connectors/transport/websocket.hpp"

namespace signalbox {
namespace {

/// Makes lanes and streams over TLS. What cannot be made is wrong wiring and ends as an exception,
/// which `make_venue` turns into its error.
class Wirer {
 public:
  Wirer(const VenueLoop& loop, std::shared_ptr<TlsContext> tls)
      : loop_(loop), tls_(std::move(tls)) {}

  auto lane(HttpPoolOptions options) const {
    return [loop = loop_, tls = tls_, options](HttpSink& sink) -> std::unique_ptr<HttpLane> {
      return required(HttpPool::make(loop.io, loop.clock, loop.random, sink, tls, options));
    };
  }
  auto stream(WebSocketOptions options) const {
    return [loop = loop_, tls = tls_, options](WsSink& sink) -> std::unique_ptr<WsStream> {
      return required(WebSocket::make(loop.io, loop.clock, sink, tls, options));
    };
  }

 private:
  template <class T>
  static std::unique_ptr<T> required(Result<std::unique_ptr<T>> made) {
    if (!made) throw std::invalid_argument(made.error().what);
    return std::move(*made);
  }

  VenueLoop loop_;
  std::shared_ptr<TlsContext> tls_;
};

// ---- binance ----

binance::Network binance_network(const VenueSettings& settings) {
  return settings.testnet ? binance::Network::testnet : binance::Network::live;
}

Capabilities binance_capabilities(const VenueSettings& settings) {
  return binance_spot_capabilities(binance_network(settings));
}

std::unique_ptr<Venue> make_binance(VenueSettings settings, const VenueLoop& loop,
                                    const Wirer& wirer) {
  BinanceConfig config;
  config.network = binance_network(settings);
  config.trade_by_websocket = settings.trade_by_websocket;
  if (const auto& here = settings.simulator)
    config.hosts = binance::Hosts{here->rest, here->user_stream, here->market_stream};
  const auto hosts = binance::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.symbols = std::move(settings.symbols);

  // Entry, stop and target leave at once, and one lane is always free for an exit.
  const BinanceWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 4, .exit_lanes = 1}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 2, .exit_lanes = 1}),
      .user = wirer.stream({.endpoint = hosts->user_stream}),
      .market = wirer.stream({.endpoint = hosts->market_stream}),
      .trade = wirer.stream({.endpoint = hosts->user_stream}),
  };
  return make_binance_spot(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- binanceusdm ----

/// Its test world of today is the venue's demo.
binance::Network usdm_network(const VenueSettings& settings) {
  return settings.testnet ? binance::Network::demo : binance::Network::live;
}

Capabilities usdm_capabilities(const VenueSettings& settings) {
  return binance_usdm_capabilities(usdm_network(settings));
}

std::unique_ptr<Venue> make_usdm(VenueSettings settings, const VenueLoop& loop,
                                 const Wirer& wirer) {
  BinanceUsdmConfig config;
  config.network = usdm_network(settings);
  if (settings.leverage) {
    const auto whole = settings.leverage->raw() / Decimal::one_raw;
    config.leverage = static_cast<std::int64_t>(whole);
    if (Decimal{*config.leverage} != *settings.leverage)
      throw std::invalid_argument("binanceusdm: the leverage is a whole number");
  }
  config.trade_by_websocket = settings.trade_by_websocket;
  if (const auto& here = settings.simulator)
    config.hosts =
        binance::Hosts{here->rest, here->user_stream, here->market_stream, here->user_stream};
  const auto hosts = binanceusdm::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.symbols = std::move(settings.symbols);

  BinanceUsdmWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 4, .exit_lanes = 1}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 2, .exit_lanes = 1}),
      .user = wirer.stream({.endpoint = hosts->user_stream}),
      .market = wirer.stream({.endpoint = hosts->market_stream}),
  };
  if (hosts->trade) wires.trade = wirer.stream({.endpoint = *hosts->trade});
  return make_binance_usdm(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- okx ----

okx::Network okx_network(const VenueSettings& settings) {
  return settings.testnet ? okx::Network::demo : okx::Network::live;
}

Capabilities okx_abilities(const VenueSettings& settings) {
  return okx_capabilities(okx_network(settings));
}

std::unique_ptr<Venue> make_okx_account(VenueSettings settings, const VenueLoop& loop,
                                        const Wirer& wirer) {
  OkxConfig config;
  config.network = okx_network(settings);
  config.orders_over_stream = settings.trade_by_websocket;
  if (const auto& here = settings.simulator)
    config.hosts =
        okx::Hosts{here->rest, here->market_stream, here->user_stream, here->user_stream};
  const auto hosts = okx::hosts_of(config.network, config.region, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.passphrase = std::move(settings.passphrase);
  // Swaps are named with what they settle in; an account of coins alone loads none.
  const auto is_swap = [](const Symbol& s) { return s.view().find(':') != std::string_view::npos; };
  const auto& symbols = settings.symbols;
  if (!symbols.empty()) {
    config.load_swaps = std::any_of(symbols.begin(), symbols.end(), is_swap);
    config.load_spot = !std::all_of(symbols.begin(), symbols.end(), is_swap);
  }
  config.symbols = std::move(settings.symbols);

  const OkxWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 4, .exit_lanes = 1}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 2, .exit_lanes = 1}),
      .private_stream = wirer.stream({.endpoint = hosts->private_stream}),
      .business_stream = wirer.stream({.endpoint = hosts->business_stream}),
      .public_stream = wirer.stream({.endpoint = hosts->public_stream}),
  };
  return make_okx(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- bybit ----

bybit::Network bybit_network(const VenueSettings& settings) {
  return settings.testnet ? bybit::Network::testnet : bybit::Network::live;
}

Capabilities bybit_abilities(const VenueSettings& settings) {
  return bybit_capabilities(bybit_network(settings));
}

std::unique_ptr<Venue> make_bybit_account(VenueSettings settings, const VenueLoop& loop,
                                          const Wirer& wirer) {
  BybitConfig config;
  config.network = bybit_network(settings);
  config.leverage = settings.leverage;
  config.trade_by_websocket = settings.trade_by_websocket;
  if (const auto& here = settings.simulator)
    config.hosts =
        bybit::Hosts{here->rest, here->user_stream, here->market_stream, here->user_stream};
  const auto hosts = bybit::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.symbols = std::move(settings.symbols);

  BybitWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 4, .exit_lanes = 1}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 2, .exit_lanes = 1}),
      .account = wirer.stream({.endpoint = hosts->private_stream}),
      .spot_market = wirer.stream({.endpoint = hosts->public_stream}),
      .linear_market = wirer.stream({.endpoint = hosts->public_stream}),
      .trade = {},
  };
  if (hosts->trade_stream) wires.trade = wirer.stream({.endpoint = *hosts->trade_stream});
  return make_bybit(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- kraken ----

kraken::Network kraken_network(const VenueSettings& settings) {
  return settings.testnet ? kraken::Network::testnet : kraken::Network::live;
}

Capabilities kraken_abilities(const VenueSettings& settings) {
  return kraken_capabilities(kraken_network(settings));
}

/// The key's nonces, with the file they are kept in.
class KeptNonces final : public kraken::NonceStore {
 public:
  explicit KeptNonces(std::unique_ptr<File> file) : file_(std::move(file)), kept_(*file_) {}
  Result<std::optional<kraken::Nonce>> load() override { return kept_.load(); }
  Result<void> save(kraken::Nonce used_up_to) override { return kept_.save(used_up_to); }

 private:
  std::unique_ptr<File> file_;
  kraken::NonceFile kept_;
};

std::unique_ptr<Venue> make_kraken_account(VenueSettings settings, const VenueLoop& loop,
                                           const Wirer& wirer) {
  KrakenConfig config;
  config.network = kraken_network(settings);
  config.trade_by_websocket = settings.trade_by_websocket;
  if (const auto& here = settings.simulator)
    config.hosts = kraken::Hosts{here->rest, here->user_stream, here->market_stream};
  const auto hosts = kraken::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.symbols = std::move(settings.symbols);
  if (settings.open_key_file) {
    auto file = settings.open_key_file();
    if (!file) throw std::invalid_argument(file.error().what);
    config.nonces = std::make_shared<KeptNonces>(std::move(*file));
  }

  // Private calls leave one after the other, and an exit by REST not behind a query.
  const KrakenWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 1, .exit_lanes = 0}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 1, .exit_lanes = 0}),
      .account = wirer.stream({.endpoint = hosts->private_stream}),
      .market = wirer.stream({.endpoint = hosts->public_stream}),
  };
  return make_kraken(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- coinbase ----

/// The venue's test world has no streams: a connection there is refused, and never goes to the live
/// one instead.
coinbase::Network coinbase_network(const VenueSettings& settings) {
  return settings.testnet ? coinbase::Network::sandbox : coinbase::Network::live;
}

Capabilities coinbase_abilities(const VenueSettings& settings) {
  return coinbase_capabilities(coinbase_network(settings));
}

std::unique_ptr<Venue> make_coinbase_account(VenueSettings settings, const VenueLoop& loop,
                                             const Wirer& wirer) {
  CoinbaseConfig config;
  config.network = coinbase_network(settings);
  if (const auto& here = settings.simulator)
    config.hosts = coinbase::Hosts{here->rest, here->market_stream, here->user_stream};
  const auto hosts = coinbase::hosts_of(config.network, config.hosts);
  if (!hosts) throw std::invalid_argument(hosts.error().what);
  if (settings.pauses) config.pauses = settings.pauses;
  config.api_key = std::move(settings.api_key);
  config.api_secret = std::move(settings.api_secret);
  config.symbols = std::move(settings.symbols);

  const CoinbaseWires wires{
      .orders = wirer.lane({.endpoint = hosts->rest, .lanes = 4, .exit_lanes = 1}),
      .queries = wirer.lane({.endpoint = hosts->rest, .lanes = 2, .exit_lanes = 1}),
      .user = wirer.stream({.endpoint = hosts->user_stream}),
      .market = wirer.stream({.endpoint = hosts->market_stream}),
  };
  return make_coinbase(std::move(config), wires, loop.clock, loop.timers, loop.random);
}

// ---- all of them ----

struct Maker {
  std::string_view name;
  Capabilities (*capabilities)(const VenueSettings&);
  std::unique_ptr<Venue> (*make)(VenueSettings, const VenueLoop&, const Wirer&);
};

constexpr auto makers = std::array{
    Maker{"binance", binance_capabilities, make_binance},
    Maker{"bybit", bybit_abilities, make_bybit_account},
    Maker{"binanceusdm", usdm_capabilities, make_usdm},
    Maker{"okx", okx_abilities, make_okx_account},
    Maker{"coinbase", coinbase_abilities, make_coinbase_account},
    Maker{"kraken", kraken_abilities, make_kraken_account},
};

Result<const Maker*> maker_of(const VenueName& venue) {
  for (const auto& maker : makers)
    if (maker.name == venue.view()) return &maker;
  return failed(Fault::not_found, "no venue is called '" + venue.str() + "'");
}

}  // namespace

Result<Endpoint> endpoint_of(std::string_view url) {
  const auto wrong = [&](const std::string& why) {
    return failed(Fault::bad_input, "'" + std::string{url} + "' " + why);
  };
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) return wrong("is no address such as \"https://127.0.0.1:8443\"");
  const auto scheme = url.substr(0, scheme_end);
  if (scheme != "https" && scheme != "wss" && scheme != "http" && scheme != "ws")
    return wrong("begins with none of https, wss, http, ws");
  auto rest = url.substr(scheme_end + 3);
  if (rest.find_first_of("/?#@") != rest.npos) return wrong("must end after the port");
  Endpoint endpoint;
  endpoint.tls = scheme == "https" || scheme == "wss";
  if (const auto colon = rest.rfind(':'); colon != rest.npos) {
    const auto port = rest.substr(colon + 1);
    const auto* end = port.data() + port.size();
    const auto [stopped, error] = std::from_chars(port.data(), end, endpoint.port);
    if (error != std::errc{} || stopped != end || endpoint.port == 0)
      return wrong("has no port number");
    rest = rest.substr(0, colon);
  }
  endpoint.host = std::string{rest};
  if (auto fine = check(endpoint); !fine) return tl::unexpected<Error>(fine.error());
  return endpoint;
}

std::vector<VenueName> known_venues() {
  std::vector<VenueName> names;
  for (const auto& maker : makers) names.emplace_back(maker.name);
  return names;
}

Result<Capabilities> venue_capabilities(const VenueSettings& settings) {
  return maker_of(settings.venue).map([&](const Maker* maker) {
    return maker->capabilities(settings);
  });
}

Result<std::unique_ptr<Venue>> make_venue(VenueSettings settings, const VenueLoop& loop) {
  const auto maker = maker_of(settings.venue);
  if (!maker) return tl::unexpected<Error>(maker.error());
  auto tls = TlsContext::shared({.ca_file = settings.simulator ? settings.simulator->ca_file : ""});
  if (!tls) return tl::unexpected<Error>(tls.error());
  try {
    return (*maker)->make(std::move(settings), loop, Wirer{loop, *tls});
  } catch (const std::invalid_argument& e) {
    return failed(Fault::bad_input, e.what());
  }
}

}  // namespace signalbox
