#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/fwd.hpp"

namespace signalbox {

class LoopSocket;
struct Received;

/// A peer let in over CURVE, under the name that reports call it by.
struct AllowedPeer {
  std::string name;
  CurvePublicKey key;
};

struct GatekeeperOptions {
  bool polled = false;  ///< a spinning loop calls `poll`
  /// Called for each peer turned away: its address, and why. For the log.
  std::function<void(std::string_view address, std::string_view why)> on_refused;
};

/// Decides who may open a CURVE connection: the public keys of a list and nobody else. It answers
/// libzmq's authentication requests (ZAP) for one context. libzmq asks only while such a handler
/// exists and lets everybody in otherwise; that is why a socket with CURVE keys cannot listen
/// without a gatekeeper, and holds it. While its loop does not run, nobody new is let in.
///
/// Loop thread only, as for every socket.
class Gatekeeper {
 public:
  static constexpr std::string_view domain = "signalbox";
  static constexpr std::size_t allowed_max = 1024;

  /// Fails on an empty list, a key given twice, or a second gatekeeper in one context.
  static Result<std::shared_ptr<Gatekeeper>> open(std::shared_ptr<BusContext> context,
                                                  boost::asio::io_context& loop,
                                                  const std::vector<AllowedPeer>& allowed,
                                                  GatekeeperOptions options = {});
  ~Gatekeeper();

  const BusContext* context() const { return context_; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused() const { return refused_; }
  std::size_t poll();

 private:
  struct Verdict {
    bool accepted = false;
    std::string_view name;
    std::string_view why;
  };

  Gatekeeper() = default;
  void on_request(const Received& request);
  Verdict judge(const Received& request) const;

  const BusContext* context_ = nullptr;
  std::map<CurvePublicKey, std::string> allowed_;
  GatekeeperOptions options_;
  std::unique_ptr<LoopSocket> socket_;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace signalbox
