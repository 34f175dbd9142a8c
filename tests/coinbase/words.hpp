#pragma once

#include <string>

#include "connectors/coinbase/markets.hpp"
#include "messages/secret.hpp"
#include "seams/random.hpp"

namespace signalbox::coinbase::test {

/// The key of RFC 7515, appendix A.3: everybody has it.
inline constexpr std::string_view rfc_key =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
    "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
    "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END EC PRIVATE KEY-----\n";
inline constexpr std::string_view key_name = "organizations/o-1/apiKeys/k-1";

inline Secret secret(std::string_view text) { return Secret::take(std::string{text}); }

class CountingRandom final : public Random {
 public:
  std::uint64_t next() override { return ++state_; }

 private:
  std::uint64_t state_ = 0;
};

inline Market bitcoin(std::string_view quote = "USD") {
  Market market;
  market.wire = "BTC-" + std::string{quote};
  if (quote == "USDC") market.book = "BTC-USD";
  market.quote_step = *Decimal::parse("0.01");
  auto& instrument = market.instrument;
  instrument.symbol = Symbol{"BTC/" + std::string{quote}};
  instrument.base = Asset{"BTC"};
  instrument.quote = Asset{quote};
  instrument.tick_size = Price{*Decimal::parse("0.01")};
  instrument.lot_size = Quantity{*Decimal::parse("0.00000001")};
  instrument.quantity_min = Quantity{*Decimal::parse("0.0001")};
  return market;
}

inline Price price(std::string_view text) { return Price{*Decimal::parse(text)}; }
inline Quantity quantity(std::string_view text) { return Quantity{*Decimal::parse(text)}; }
inline WallTime at_second(std::int64_t second) { return WallTime{std::chrono::seconds{second}}; }

}  // namespace signalbox::coinbase::test
