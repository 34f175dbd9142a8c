#pragma once

#include "connectors/binanceusdm/algo_book.hpp"
#include "connectors/binanceusdm/answers.hpp"
#include "connectors/binanceusdm/binanceusdm.hpp"
#include "connectors/binanceusdm/errors.hpp"
#include "connectors/binanceusdm/requests.hpp"
#include "connectors/binanceusdm/streams.hpp"
#include "connectors/kit/core.hpp"

namespace signalbox::binanceusdm {

/// What the venue charges for each request, in weight.
namespace weight {
inline constexpr std::uint32_t time = 1, exchange_info = 1, account = 5, positions = 5, mode = 30,
                               symbol_modes = 5, set_mode = 1, listen_key = 1, order = 1, query = 1,
                               open_orders = 1, open_orders_of_all = 40, trades = 5,
                               book_ticker = 2, fee = 20, websocket = 5;
}  // namespace weight

/// What the parts of one connection share.
class Shared final : public Core {
 public:
  Shared(BinanceUsdmConfig chosen, const World& world);

  using Core::verdict;
  Verdict verdict(int status, const VenueError& error);

  BinanceUsdmConfig config;
  Hosts hosts;
  Markets markets;
  RequestWriter writer;
  AnswerReader answers;
  FrameReader frames;
  AlgoBook algos;

 protected:
  Verdict judge_answer(const Reply& reply) override;
};

}  // namespace signalbox::binanceusdm
