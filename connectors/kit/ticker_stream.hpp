#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/core.hpp"
#include "connectors/transport/backoff.hpp"
#include "messages/venue_reports.hpp"
#include "seams/ws_stream.hpp"

namespace signalbox::kit {

/// What one frame of a ticker stream says.
struct TickerFrame {
  enum class Kind : std::uint8_t {
    tick = 1,    ///< `tick`
    nothing,     ///< an acknowledgement, a pong, an event we need nothing of, an empty side
    ended,       ///< the venue will close it: reconnect at once
    refused,     ///< a subscription of ours
    unreadable,  ///< one ticker lost, replaced by the next one
  };
  Kind kind = Kind::nothing;
  Tick tick;
};

/// How a venue's ticker stream is spoken.
class TickerWords {
 public:
  struct Bounds {
    std::size_t symbols_max = 1024;  ///< that one connection carries
    std::size_t in_target_max = 50;  ///< subscribed by the target: a request line has a length
    std::size_t in_frame_max = 200;  ///< subscribed by one frame
    Duration frame_every = std::chrono::milliseconds{500};
    Duration ping_every{};             ///< zero: the venue wants no ping of ours
    std::uint32_t connect_weight = 0;  ///< of the venue's budget
    Duration silence_max{};  ///< nothing heard at all for so long: opened again; zero: never
  };
  virtual ~TickerWords() = default;
  virtual Bounds bounds() const = 0;
  /// The path with its query, subscribing to these at once where the venue can.
  virtual std::string target(std::span<const MarketIndex> first) const = 0;
  virtual std::string subscribe(std::span<const MarketIndex> more, std::int64_t id) const = 0;
  virtual std::string ping() const { return {}; }
  /// Sent first on each connection; empty: nothing is.
  virtual std::string greeting() { return {}; }
  virtual TickerFrame read(std::string_view frame) = 0;
  /// Where one frame may carry several ticks: the further ones of the last, until false.
  virtual bool next(Tick& tick) {
    static_cast<void>(tick);
    return false;
  }
};

/// Tickers of whichever symbols were asked for. It opens with the first, comes back by itself,
/// and is renewed before the venue would close it. Loop thread only.
class TickerStream final : public WsSink {
 public:
  TickerStream(Core& core, TickerWords& words, std::function<void(const Tick&)> tick);
  void set_stream(std::unique_ptr<WsStream> stream) { stream_ = std::move(stream); }

  /// Again is harmless. False: no room for another symbol.
  [[nodiscard]] bool subscribe(MarketIndex market);
  /// Lets the stream open; before that subscriptions only gather.
  void start();
  /// No call comes any more.
  void silence();

  std::uint64_t unreadable_frames() const { return unreadable_; }

  void on_open() override;
  void on_frame(std::string_view frame) override;
  void on_refused(int http_status) override { core_.handshake_refused(http_status); }
  void on_closed(std::string_view why) override;

 private:
  enum class Stage : std::uint8_t { closed = 1, opening, open, closing };
  void open();
  void send_rest();
  void send_ping();
  void heard();
  void renew(bool soon);

  Core& core_;
  TickerWords& words_;
  TickerWords::Bounds bounds_;
  std::function<void(const Tick&)> tick_;
  Stage stage_ = Stage::closed;
  bool started_ = false;
  bool silent_ = false;
  bool soon_ = false;
  std::vector<MarketIndex> wanted_;
  std::size_t sent_ = 0;  // of `wanted_`, on this connection
  std::int64_t last_id_ = 0;
  std::uint64_t unreadable_ = 0;
  Backoff backoff_;
  OwnTimer retry_;
  OwnTimer life_;
  OwnTimer next_frame_;
  OwnTimer ping_;
  OwnTimer quiet_;
  std::unique_ptr<WsStream> stream_;
};

}  // namespace signalbox::kit
