#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/binance/shared.hpp"
#include "connectors/transport/backoff.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::binance {

/// Tickers of whichever symbols were asked for. It opens with the first, comes back by itself,
/// and is renewed before the venue would close it. Loop thread only.
class MarketStream final : public WsSink {
 public:
  /// Streams that one connection of the venue carries.
  static constexpr std::size_t symbols_max = 1024;

  MarketStream(Shared& shared, std::function<void(const Tick&)> tick);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  /// Again is harmless. False: no room for another symbol.
  [[nodiscard]] bool subscribe(const Market& market);
  /// Lets the stream open; before that subscriptions only gather.
  void start();
  /// No call comes any more.
  void silence();

  std::uint64_t unreadable_frames() const { return unreadable_; }

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_closed(std::string_view why) override;

 private:
  // The rest is subscribed on the open stream: a request line has a length.
  static constexpr std::size_t symbols_in_target_max = 50;
  static constexpr std::size_t symbols_in_frame_max = 200;
  // The venue takes 5 messages a second, pings included.
  static constexpr Duration frame_every = std::chrono::milliseconds{500};

  enum class Stage : std::uint8_t { closed = 1, opening, open, closing };
  void open();
  void send_rest();
  void renew(bool soon);
  void heard(const BookTicker& book);

  Shared& shared_;
  std::function<void(const Tick&)> tick_;
  Stage stage_ = Stage::closed;
  bool started_ = false;
  bool silent_ = false;
  bool soon_ = false;
  std::vector<MarketIndex> wanted_;
  std::size_t sent_ = 0;  // of `wanted_`, on this connection
  std::int64_t last_id_ = 0;
  std::uint64_t unreadable_ = 0;
  const Market* last_ = nullptr;  // most frames are of the symbol before
  Backoff backoff_;
  OwnTimer retry_;
  OwnTimer life_;
  OwnTimer next_frame_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::binance
