#include "app/venues.hpp"

#include "actors/runtime/loop_asio.hpp"
#include "journal/disk_file.hpp"

namespace signalbox {
namespace {

Secret copy_of(const Secret& secret) { return Secret::take(std::string{secret.reveal()}); }

Result<std::unique_ptr<Venue>> make(const AccountConfig& account, const VenueSeams& seams,
                                    const std::filesystem::path& keys_folder) {
  auto settings = venue_settings(account);
  if (!settings) return tl::unexpected<Error>(settings.error());
  // A venue is made again after each crash of its connection, so the account keeps its keys.
  settings->api_key = copy_of(account.api_key);
  settings->api_secret = copy_of(account.api_secret);
  if (!account.passphrase.empty()) settings->passphrase = copy_of(account.passphrase);
  if (!keys_folder.empty())
    settings->open_key_file = [file = keys_folder / ("key-" + account.name.str() + ".nonce")] {
      return DiskFile::open(file).map([](DiskFile opened) -> std::unique_ptr<File> {
        return std::make_unique<DiskFile>(std::move(opened));
      });
    };
  auto venue = make_venue(std::move(*settings), VenueLoop{io_context_of(seams.loop), seams.clock,
                                                          seams.timers, seams.random});
  if (!venue)
    return failed(venue.error().fault, "account " + account.name.str() + ": " + venue.error().what);
  return venue;
}

}  // namespace

Result<VenueSettings> venue_settings(const AccountConfig& account) {
  VenueSettings settings{.venue = account.venue,
                         .testnet = account.testnet,
                         .api_key = {},
                         .api_secret = {},
                         .symbols = account.symbols,
                         .simulator = std::nullopt};
  const auto& hosts = account.hosts;
  if (hosts.rest.empty() && hosts.market_ws.empty() && hosts.user_ws.empty()) return settings;
  auto& here = settings.simulator.emplace();
  here.ca_file = hosts.ca_file;
  for (const auto& [url, into] :
       {std::pair{&hosts.rest, &here.rest}, std::pair{&hosts.market_ws, &here.market_stream},
        std::pair{&hosts.user_ws, &here.user_stream}}) {
    auto endpoint = endpoint_of(*url);
    if (!endpoint) return tl::unexpected<Error>(endpoint.error());
    *into = std::move(*endpoint);
  }
  return settings;
}

VenueMakers native_venues(std::filesystem::path keys_folder) {
  return [folder = std::move(keys_folder)](const AccountConfig& account) -> Result<VenueMaker> {
    return venue_settings(account).and_then([&](const VenueSettings& settings) {
      return venue_capabilities(settings).map([&](const Capabilities& capabilities) {
        return VenueMaker{.capabilities = capabilities,
                          .make = [folder](const AccountConfig& each, const VenueSeams& seams) {
                            return make(each, seams, folder);
                          }};
      });
    });
  };
}

}  // namespace signalbox
