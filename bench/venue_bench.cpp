// What each venue's words cost: an order written and signed, a ticker's frame decoded. No sockets.
//
//   venue_bench [--json FILE]    every part, in interleaved blocks; text, and JSON where it is
//   wanted venue_bench PART COUNT       one part so many times and nothing said, to count
//   instructions
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "connectors/binance/book_ticker.hpp"
#include "connectors/binance/requests.hpp"
#include "connectors/binanceusdm/requests.hpp"
#include "connectors/bybit/requests.hpp"
#include "connectors/coinbase/requests.hpp"
#include "connectors/kraken/nonce.hpp"
#include "connectors/kraken/requests.hpp"
#include "connectors/okx/requests.hpp"
#include "connectors/okx/streams.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr unsigned blocks = 40, in_block = 500;

struct Part {
  std::string name, what;
  double mark_ns = 0;  ///< zero: none
  std::function<void()> once;
};

Decimal d(std::string_view text) { return Decimal::parse(text).value(); }

/// Keeps the compiler from leaving the work out.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

void need(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

template <class Market>
Market market(std::string_view wire, std::string_view symbol) {
  Market m;
  m.wire = std::string{wire};
  m.instrument.symbol = Symbol{symbol};
  m.instrument.base = Asset{"BTC"};
  m.instrument.quote = Asset{"USDT"};
  m.instrument.tick_size = Price{d("0.01")};
  m.instrument.lot_size = m.instrument.quantity_min = Quantity{d("0.00001")};
  m.instrument.quantity_max = m.instrument.market_quantity_max = Quantity{d("1000")};
  return m;
}

PlaceOrders entry(std::string_view symbol) {
  PlaceOrders orders;
  orders.symbol = Symbol{symbol};
  OrderSpec spec;
  spec.id = ClientOrderId{std::string_view{"bk01h45h0fs1g0e000"}};
  spec.kind = OrderKind::limit;
  spec.quantity = Quantity{d("0.1")};
  spec.price = Price{d("66000.01")};
  orders.orders.push_back(spec);
  return orders;
}

/// A time of its own for each order, as in life.
class Ticking {
 public:
  WallTime next() { return now_ += 100us; }

 private:
  WallTime now_{1735689600123ms};
};

Secret secret(std::string_view text) { return Secret::take(std::string{text}); }
constexpr std::string_view hmac_secret =
    "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
constexpr std::string_view key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
constexpr double hmac_mark_ns = 1000, ticker_mark_ns = 1000;

Part order_part(std::string name, double mark, std::function<kit::RequestBytes(WallTime)> write) {
  auto ticking = std::make_shared<Ticking>();
  const auto once = [ticking, write = std::move(write)] {
    const auto bytes = write(ticking->next());
    need(bytes.has_value(), "an order that is not written");
    keep(*bytes);
  };
  return {std::move(name), "limit order written and signed", mark, once};
}

Part binance_order() {
  auto m = std::make_shared<binance::Market>(market<binance::Market>("BTCUSDT", "BTC/USDT"));
  auto writer =
      std::make_shared<binance::RequestWriter>("api.binance.com", secret(key), secret(hmac_secret));
  return order_part("binance", hmac_mark_ns,
                    [=, o = entry("BTC/USDT")](WallTime now) { return writer->place(o, *m, now); });
}

Part usdm_order() {
  auto m = std::make_shared<binanceusdm::Market>(
      market<binanceusdm::Market>("BTCUSDT", "BTC/USDT:USDT"));
  auto writer = std::make_shared<binanceusdm::RequestWriter>("fapi.binance.com", secret(key),
                                                             secret(hmac_secret));
  return order_part("binanceusdm", hmac_mark_ns, [=, o = entry("BTC/USDT:USDT")](WallTime now) {
    return writer->place(o, *m, binanceusdm::PositionMode::one_way, now);
  });
}

Part bybit_order() {
  auto made = market<bybit::Market>("BTCUSDT", "BTC/USDT");
  made.name = made.wire;
  made.category = bybit::Category::spot;
  auto m = std::make_shared<bybit::Market>(std::move(made));
  auto writer =
      std::make_shared<bybit::RequestWriter>("api.bybit.com", secret(key), secret(hmac_secret));
  return order_part("bybit", hmac_mark_ns, [=, o = entry("BTC/USDT")](WallTime now) {
    return writer->place(o, *m, bybit::PositionMode::one_way, now);
  });
}

Part okx_order() {
  auto made = market<okx::Market>("BTC-USDT", "BTC/USDT");
  made.code = 1000;
  auto m = std::make_shared<okx::Market>(std::move(made));
  auto writer = std::make_shared<okx::RequestWriter>(
      "www.okx.com", okx::Network::live,
      okx::Credentials{secret(key), secret(hmac_secret), secret("a-passphrase")});
  return order_part("okx", hmac_mark_ns,
                    [=, o = entry("BTC/USDT")](WallTime now) { return writer->place(o, *m, now); });
}

class NoStore final : public kraken::NonceStore {
 public:
  Result<std::optional<kraken::Nonce>> load() override { return std::optional<kraken::Nonce>{}; }
  Result<void> save(kraken::Nonce) override { return {}; }
};

Part kraken_order() {
  auto made = market<kraken::Market>("XXBTZUSD", "BTC/USD");
  made.alt_name = "XBTUSD";
  made.stream_name = "BTC/USD";
  auto m = std::make_shared<kraken::Market>(std::move(made));
  auto store = std::make_shared<NoStore>();
  auto nonces = std::make_shared<kraken::NonceSource>(kraken::NonceSource::make(*store).value());
  // The key of the venue's own example.
  auto writer = std::make_shared<kraken::RequestWriter>(
      "api.kraken.com", secret(key),
      secret(
          "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg"
          "=="),
      *nonces);
  return order_part("kraken", hmac_mark_ns, [=, o = entry("BTC/USD")](WallTime now) {
    static_cast<void>(store);
    static_cast<void>(nonces);
    return writer->place(o, *m, now);
  });
}

class Counting final : public Random {
 public:
  std::uint64_t next() override { return ++state_; }

 private:
  std::uint64_t state_ = 0;
};

Part coinbase_order() {
  auto m = std::make_shared<coinbase::Market>(market<coinbase::Market>("BTC-USD", "BTC/USD"));
  m->quote_step = d("0.01");
  auto random = std::make_shared<Counting>();
  // The key of RFC 7515, appendix A.3.
  auto writer = std::make_shared<coinbase::RequestWriter>(
      "api.coinbase.com", secret("organizations/o-1/apiKeys/k-1"),
      secret("-----BEGIN EC PRIVATE KEY-----\n"
             "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
             "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
             "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
             "-----END EC PRIVATE KEY-----\n"),
      *random);
  auto part = order_part("coinbase", 0, [=, o = entry("BTC/USD")](WallTime now) {
    static_cast<void>(random);
    return writer->place(o, *m, now);
  });
  part.what = "limit order written, its token signed there and then (ES256)";
  return part;
}

/// The frames of a recording in which `word` stands; each line is `<time><gap><frame>`.
std::vector<std::string> recorded(const std::string& path, std::string_view gap,
                                  std::string_view word) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{gzopen(path.c_str(), "rb"), gzclose};
  need(file != nullptr, "a recording that is not there");
  std::vector<std::string> frames;
  std::string line;
  std::array<char, 1 << 16> part;
  while (gzgets(file.get(), part.data(), static_cast<int>(part.size()))) {
    line += part.data();
    if (!line.ends_with('\n')) continue;
    line.pop_back();
    const auto at = line.find(gap);
    if (line.starts_with(std::string_view{"1"}) && at != line.npos)
      if (auto frame = line.substr(at + gap.size()); frame.find(word) < 60)
        frames.push_back(std::move(frame));
    line.clear();
  }
  need(!frames.empty(), "a recording without such frames");
  return frames;
}

Part binance_ticker() {
  auto frames = std::make_shared<std::vector<std::string>>(
      recorded(SIGNALBOX_DATA_DIR "/binance-spot-btcusdt-20240809.gz", " ", "@bookTicker"));
  auto at = std::make_shared<std::size_t>(0);
  return {"binance-ticker", "bookTicker frame decoded", ticker_mark_ns, [=] {
            const auto top = binance::scan_book_ticker((*frames)[*at]);
            need(top.has_value(), "a frame that is not read");
            keep(*top);
            if (++*at == frames->size()) *at = 0;
          }};
}

Part okx_ticker() {
  auto frames = std::make_shared<std::vector<std::string>>(recorded(
      SIGNALBOX_OKX_DATA_DIR "/okx-v5-public-20220513.txt.gz", ": ", R"("channel":"tickers")"));
  auto markets = std::make_shared<okx::Markets>();
  need(markets->put(market<okx::Market>("BTC-USDT", "BTC/USDT")), "a market");
  auto reader = std::make_shared<okx::FrameReader>(*markets);
  auto at = std::make_shared<std::size_t>(0);
  return {"okx-ticker", "tickers frame decoded", ticker_mark_ns, [=] {
            static_cast<void>(markets);
            const auto frame = reader->market((*frames)[*at]);
            need(frame.has_value(), "a frame that is not read");
            keep(*frame);
            if (++*at == frames->size()) *at = 0;
          }};
}

std::vector<Part> all_parts() {
  return {binance_order(), usdm_order(),     bybit_order(),    okx_order(),
          kraken_order(),  coinbase_order(), binance_ticker(), okx_ticker()};
}

double run_block(const Part& part) {
  const auto from = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < in_block; ++i) part.once();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - from;
  return took.count() / in_block;
}

struct Figures {
  double least = 0, median = 0;
};

/// Every part in every block, so that what else the machine does strikes all of them.
std::vector<Figures> measure(const std::vector<Part>& parts) {
  std::vector<std::vector<double>> times(parts.size());
  for (const auto& part : parts) run_block(part);
  for (unsigned block = 0; block < blocks; ++block)
    for (std::size_t i = 0; i < parts.size(); ++i) times[i].push_back(run_block(parts[i]));
  std::vector<Figures> figures;
  for (auto& each : times) {
    std::sort(each.begin(), each.end());
    figures.push_back({each.front(), each[each.size() / 2]});
  }
  return figures;
}

int report(const std::string& json_path) {
  const auto parts = all_parts();
  const auto figures = measure(parts);
  std::string json;
  fmt::print("{:<16}{:>10}{:>10}{:>8}  {}\n", "ns each", "least", "median", "mark", "what");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& [name, what, mark, once] = parts[i];
    const auto& f = figures[i];
    fmt::print("{:<16}{:>10.0f}{:>10.0f}{:>8}  {}\n", name, f.least, f.median,
               mark > 0 ? fmt::format("{:.0f}", mark) : "-", what);
    json += fmt::format(
        "{}{{\"name\":\"{}\",\"what\":\"{}\",\"least_ns\":{:.1f},\"median_ns\":{:.1f},\"mark_ns\":{"
        "}}}",
        i ? ",\n " : "", name, what, f.least, f.median,
        mark > 0 ? fmt::format("{:.0f}", mark) : "null");
  }
  if (json_path.empty()) return 0;
  std::ofstream out{json_path};
  out << fmt::format("{{\"blocks\":{},\"in_block\":{},\"parts\":[\n {}]}}\n", blocks, in_block,
                     json);
  return out.good() ? 0 : 1;
}

int repeat(std::string_view name, std::string_view count) {
  unsigned long times = 0;
  const auto read = std::from_chars(count.data(), count.data() + count.size(), times);
  need(read.ec == std::errc{}, "the count is a whole number");
  for (const auto& part : all_parts()) {
    if (part.name != name) continue;
    for (unsigned long i = 0; i < times; ++i) part.once();
    return 0;
  }
  throw std::runtime_error("no such part");
}

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  try {
    using namespace signalbox::bench;
    if (argc == 1) return report({});
    if (argc == 3 && std::string_view{argv[1]} == "--json") return report(argv[2]);
    if (argc == 3) return repeat(argv[1], argv[2]);
    fmt::print(stderr, "usage: venue_bench [--json FILE | PART COUNT]\n");
  } catch (const std::exception& wrong) {
    fmt::print(stderr, "venue_bench: {}\n", wrong.what());
  }
  return 2;
}
