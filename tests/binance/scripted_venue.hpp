#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/binance/binance.hpp"
#include "connectors/binance/requests.hpp"
#include "tests/binance/words.hpp"
#include "tests/support/told.hpp"
#include "tests/support/virtual_time.hpp"

namespace signalbox::binance {

using test::SeededRandom;
using test::Told;
using test::VirtualClock;
using test::VirtualTimers;

/// What comes back for a request.
struct Answer {
  enum class Fate : std::uint8_t { answered, lost, not_sent, silent };
  int status = 200;
  std::string body = "{}";
  std::string headers;
  Fate fate = Fate::answered;
};
inline Answer refusal(int status, int code, std::string_view text) {
  return {status, R"({"code":)" + std::to_string(code) + R"(,"msg":")" + std::string{text} + "\"}"};
}
inline const Answer lost{.fate = Answer::Fate::lost};
inline const Answer silent{.fate = Answer::Fate::silent};

/// A request as it reached the far side.
struct Seen {
  std::string call;  ///< "POST /api/v3/order"
  std::map<std::string, std::string> parameters;
  MonoTime at{};
  HttpRoute route;

  std::string operator[](const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? "" : found->second;
  }
};

/// The far side of a connection, by script: it answers what every start asks for, and what a test
/// says to anything else, each answer a little later. Its account stream acknowledges a
/// subscription. It has time of its own and refuses what is stamped otherwise.
class ScriptedVenue {
 public:
  static constexpr Duration latency = std::chrono::milliseconds{1};  // each way

  ScriptedVenue(VirtualClock& clock, VirtualTimers& timers) : clock_(clock), timers_(timers) {}

  BinanceWires wires();

  using Handler = std::function<Answer(const Seen&)>;
  std::map<std::string, Handler> on;  ///< by call
  Duration ahead{};                   ///< of our wall clock
  std::string open_orders = "[]";
  std::vector<std::string> trades;  ///< objects; told by their "time"
  bool acknowledges_subscription = true;

  std::vector<Seen> seen;
  std::vector<Seen> seen_at(const std::string& call) const;
  std::size_t count(const std::string& call) const { return seen_at(call).size(); }

  class Stream;
  Stream* user = nullptr;
  Stream* market = nullptr;
  /// An event of the account.
  void event(const std::string& inner);

  WallTime time() const { return clock_.wall() + ahead; }
  std::int64_t time_ms() const {
    return std::chrono::floor<std::chrono::milliseconds>(time().time_since_epoch()).count();
  }

 private:
  friend class Lane;
  class Lane;
  Answer answer(const Seen& request);
  Answer trades_between(const Seen& request) const;

  VirtualClock& clock_;
  VirtualTimers& timers_;
};

class ScriptedVenue::Stream final : public WsStream {
 public:
  Stream(ScriptedVenue& venue, WsSink& sink) : venue_(venue), sink_(sink) {}

  void open(std::string_view target, MonoTime deadline) override;
  [[nodiscard]] bool send(std::string_view frame) override;
  void close() override;

  void say(const std::string& frame);
  void cut(std::string_view why = "connection reset");

  std::vector<std::string> targets;
  std::vector<std::string> frames;
  std::vector<MonoTime> opened_at;
  bool opens = true;  ///< false: refused
  bool is_open = false;

 private:
  /// Not any more once this is gone.
  void later(Duration after, std::function<void()> run);

  ScriptedVenue& venue_;
  WsSink& sink_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::uint64_t life_ = 0;
  bool asked_ = false;
};

/// A connection to a scripted venue under virtual time.
struct Rig {
  explicit Rig(std::function<void(BinanceConfig&)> configure = {});

  /// Lets time pass, everything at its own time.
  void pass(Duration d);
  void start() { venue->start(told); }
  void start_ready();

  MonoTime in(Duration d) const { return clock.mono() + d; }
  PlaceOrders order(OrderSpec spec, OrderClass order_class = OrderClass::entry);
  WriteResult place(OrderSpec spec, OrderClass order_class = OrderClass::entry);

  VirtualClock clock;
  VirtualTimers timers;
  SeededRandom random{7};
  ScriptedVenue far{clock, timers};
  Told told;
  std::unique_ptr<Venue> venue;
  std::uint64_t requests = 0;
};

/// The venue's own words.
std::string order_json(std::int64_t number, const ClientOrderId& id, std::string_view status,
                       std::string_view filled = "0", std::string_view more = "");
std::string trade_json(std::int64_t trade, std::int64_t order, std::int64_t time_ms,
                       std::string_view quantity = "0.1");
std::string report_json(std::int64_t number, const ClientOrderId& id, std::string_view execution,
                        std::string_view status, std::int64_t trade = -1,
                        std::string_view filled = "0");

}  // namespace signalbox::binance
