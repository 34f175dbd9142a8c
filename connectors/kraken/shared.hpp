#pragma once

#include <memory>
#include <string_view>

#include "connectors/kit/core.hpp"
#include "connectors/kraken/answers.hpp"
#include "connectors/kraken/frames.hpp"
#include "connectors/kraken/known_orders.hpp"
#include "connectors/kraken/kraken.hpp"
#include "connectors/kraken/rate_counters.hpp"
#include "connectors/kraken/requests.hpp"
#include "connectors/kraken/streams.hpp"

namespace signalbox::kraken {

using kit::Ask;
using kit::good;
using kit::not_known;
using kit::not_readable;
using kit::OwnTimer;
using kit::Reply;
using kit::ReplyHandler;
using kit::Reports;
using kit::WrittenOrders;

/// What the key's counter of REST calls counts. Orders and cancels do not; public questions are
/// counted by address and are few.
namespace cost {
inline constexpr std::uint32_t free = 0;
inline constexpr std::uint32_t read = 1;
inline constexpr std::uint32_t history = 4;  // trades; older pages say two
}  // namespace cost

/// What the parts of one connection share.
class Shared final : public kit::Core {
 public:
  /// A signed request is written anew so often when its nonce came too late.
  static constexpr int nonce_tries_max = 3;

  Shared(KrakenConfig chosen, const World& world);

  /// Private calls of a lane leave one after the other, so that their nonces arrive in order. Two
  /// lanes may still cross: the venue refuses the older nonce without having looked at the rest,
  /// and then the request is written again.
  void send(Ask ask);
  /// With the deadline of the connection's own requests.
  void ask(std::uint32_t weight, std::function<RequestBytes()> write, ReplyHandler done);

  using Core::verdict;
  /// Of an answer that came over a websocket: a text, empty for a success.
  Verdict verdict(std::string_view error_text);

  KrakenConfig config;
  Hosts hosts;
  Markets markets;
  AssetNames assets;
  NonceSource nonces;
  RequestWriter writer;
  AnswerReader answers;
  FrameWriter frames_out;
  FrameReader frames;
  KnownOrders known;
  RateCounters counters;

 protected:
  Verdict judge_answer(const Reply& reply) override;

 private:
  Verdict heeded(const Verdict& verdict, int status, std::string_view text);
  bool nonce_was_late(const Reply& reply);
  void send_signed(std::shared_ptr<Ask> ask, int tries);
};

}  // namespace signalbox::kraken
