#include "app/venues.hpp"

#include "actors/runtime/loop_asio.hpp"
#include "journal/disk_file.hpp"

namespace signalbox {
namespace {

Secret copy_of(const Secret& secret) { return Secret::take(std::string{secret.reveal()}); }

Result<std::unique_ptr<Venue>> make(const AccountConfig& account, const VenueSeams& seams,
                                    const std::filesystem::path& keys_folder,
                                    const std::shared_ptr<kit::PauseMemory>& pauses) {
  auto settings = venue_settings(account);
  if (!settings) return tl::unexpected<Error>(settings.error());
  // A venue is made again after each crash of its connection, so the account keeps its keys.
  settings->api_key = copy_of(account.api_key);
  settings->api_secret = copy_of(account.api_secret);
  if (!account.passphrase.empty()) settings->passphrase = copy_of(account.passphrase);
  settings->pauses = pauses;
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

/// One for all connections of an account, on disk where there is a folder.
Result<std::shared_ptr<kit::PauseMemory>> pauses_of(const AccountConfig& account,
                                                    const std::filesystem::path& folder) {
  if (folder.empty()) return std::make_shared<kit::PauseMemory>();
  return DiskFile::open(folder / ("account-" + account.name.str() + ".pauses"))
      .map([](DiskFile opened) {
        return std::make_shared<kit::PauseMemory>(std::make_unique<DiskFile>(std::move(opened)));
      });
}

}  // namespace

Result<VenueSettings> venue_settings(const AccountConfig& account) {
  VenueSettings settings{.venue = account.venue,
                         .testnet = account.testnet,
                         .trade_by_websocket = account.trade_by_websocket,
                         .leverage = account.limits.leverage,
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
    const auto settings = venue_settings(account);
    if (!settings) return tl::unexpected<Error>(settings.error());
    const auto capabilities = venue_capabilities(*settings);
    if (!capabilities) return tl::unexpected<Error>(capabilities.error());
    // Where the connection has a process of its own, that one keeps them.
    auto pauses = std::make_shared<std::shared_ptr<kit::PauseMemory>>();
    return VenueMaker{
        .capabilities = *capabilities,
        .make = [folder, pauses](const AccountConfig& each,
                                 const VenueSeams& seams) -> Result<std::unique_ptr<Venue>> {
          if (!*pauses) {
            auto opened = pauses_of(each, folder);
            if (!opened) return tl::unexpected<Error>(opened.error());
            *pauses = std::move(*opened);
          }
          return make(each, seams, folder, *pauses);
        }};
  };
}

}  // namespace signalbox
