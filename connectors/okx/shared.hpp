#pragma once

#include "connectors/kit/core.hpp"
#include "connectors/okx/algo_book.hpp"
#include "connectors/okx/answers.hpp"
#include "connectors/okx/okx.hpp"
#include "connectors/okx/requests.hpp"
#include "connectors/okx/streams.hpp"

namespace signalbox::okx {

using kit::Reply;

/// What each request takes of our budget. The venue has a budget of its own per endpoint; ours is
/// one for all reads, in which an endpoint costs as much as makes its own limit safe. Public
/// requests are counted apart by the venue, and asked rarely.
namespace weight {
inline constexpr std::uint32_t time = 0, instruments = 0, ticker = 1, config = 4, fee = 2,
                               balance = 6, positions = 6, order = 1, algo = 3, open_orders = 1,
                               fills = 1, fills_history = 6, stream = 1;
}  // namespace weight
/// Writes of plain orders may be three times as many as those of algo orders.
inline constexpr std::uint32_t plain_write = 1, algo_write = 3;

/// What the parts of one connection share.
class Shared final : public kit::Core {
 public:
  Shared(OkxConfig chosen, const World& world);

  using Core::verdict;
  /// Of a frame or a body: what the venue says when it refuses, and what it asks for.
  Verdict verdict(int status, const VenueError& error);

  OkxConfig config;
  Hosts hosts;
  Markets markets;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;
  AlgoBook algos;

 protected:
  Verdict judge_answer(const Reply& reply) override;
};

}  // namespace signalbox::okx
