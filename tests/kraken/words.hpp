#pragma once

#include <catch2/catch.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "connectors/kraken/nonce.hpp"
#include "connectors/kraken/requests.hpp"

namespace signalbox {

inline std::ostream& operator<<(std::ostream& out, Outcome o) { return out << name_of(o); }
inline std::ostream& operator<<(std::ostream& out, Refusal r) { return out << name_of(r); }
inline std::ostream& operator<<(std::ostream& out, OrderStatus s) { return out << name_of(s); }
inline std::ostream& operator<<(std::ostream& out, OrderKind k) { return out << name_of(k); }
inline std::ostream& operator<<(std::ostream& out, Side s) { return out << name_of(s); }

}  // namespace signalbox

namespace signalbox::kraken {

inline Decimal operator""_d(const char* text, std::size_t size) {
  return Decimal::parse({text, size}).value();
}
inline Price operator""_p(const char* text, std::size_t size) {
  return Price{Decimal::parse({text, size}).value()};
}
inline Quantity operator""_q(const char* text, std::size_t size) {
  return Quantity{Decimal::parse({text, size}).value()};
}

inline WallTime ms(std::int64_t n) { return WallTime{std::chrono::milliseconds{n}}; }

inline Market btc_usd() {
  Market market;
  market.wire = "XXBTZUSD";
  market.alt_name = "XBTUSD";
  market.stream_name = "BTC/USD";
  auto& i = market.instrument;
  i.symbol = Symbol{"BTC/USD"};
  i.base = Asset{"BTC"};
  i.quote = Asset{"USD"};
  i.tick_size = "0.1"_p;
  i.lot_size = "0.00000001"_q;
  i.quantity_min = "0.0001"_q;
  return market;
}

/// Keeps what is saved, until it is told to fail.
class MemoryNonces final : public NonceStore {
 public:
  Result<std::optional<Nonce>> load() override { return kept; }
  Result<void> save(Nonce used_up_to) override {
    if (broken) return failed(Fault::unavailable, "the disk is full");
    kept = used_up_to;
    ++saves;
    return {};
  }

  std::optional<Nonce> kept;
  int saves = 0;
  bool broken = false;
};

/// The key and secret of the venue's own example.
inline constexpr std::string_view example_secret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

struct Writing {
  MemoryNonces store;
  NonceSource nonces = NonceSource::make(store).value();
  RequestWriter writer{"api.kraken.com", Secret::take("a-key"),
                       Secret::take(std::string{example_secret}), nonces};
};

inline std::string body_of(const RequestBytes& bytes) {
  if (!bytes) return "refused: " + std::string{name_of(bytes.error().refusal)};
  return std::string{bytes->substr(bytes->find("\r\n\r\n") + 4)};
}
inline Refusal refusal_of(const RequestBytes& bytes) {
  return bytes ? Refusal::none : bytes.error().refusal;
}

}  // namespace signalbox::kraken
