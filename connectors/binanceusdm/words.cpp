#include "connectors/binanceusdm/words.hpp"

#include <array>

namespace signalbox::binanceusdm {
namespace {

template <class Word>
struct Pair {
  std::string_view text;
  Word word;
};

constexpr auto kinds = std::array{
    Pair<OrderKind>{"LIMIT", OrderKind::limit},
    Pair<OrderKind>{"MARKET", OrderKind::market},
    Pair<OrderKind>{"STOP", OrderKind::stop_limit},
    Pair<OrderKind>{"STOP_MARKET", OrderKind::stop_market},
    Pair<OrderKind>{"TAKE_PROFIT", OrderKind::take_profit_limit},
    Pair<OrderKind>{"TAKE_PROFIT_MARKET", OrderKind::take_profit_market},
    Pair<OrderKind>{"TRAILING_STOP_MARKET", OrderKind::stop_market},
    Pair<OrderKind>{"LIQUIDATION", OrderKind::market},
};

constexpr auto statuses = std::array{
    Pair<OrderStatus>{"NEW", OrderStatus::working},
    Pair<OrderStatus>{"PARTIALLY_FILLED", OrderStatus::partially_filled},
    Pair<OrderStatus>{"FILLED", OrderStatus::filled},
    Pair<OrderStatus>{"CANCELED", OrderStatus::cancelled},
    Pair<OrderStatus>{"REJECTED", OrderStatus::rejected},
    Pair<OrderStatus>{"EXPIRED", OrderStatus::expired},
    Pair<OrderStatus>{"EXPIRED_IN_MATCH", OrderStatus::expired},
    Pair<OrderStatus>{"NEW_INSURANCE", OrderStatus::working},
    Pair<OrderStatus>{"NEW_ADL", OrderStatus::working},
};

constexpr auto algo_states = std::array{
    Pair<AlgoState>{"NEW", AlgoState::waiting},
    Pair<AlgoState>{"TRIGGERING", AlgoState::waiting},
    Pair<AlgoState>{"TRIGGERED", AlgoState::triggered},
    Pair<AlgoState>{"FINISHED", AlgoState::finished},
    Pair<AlgoState>{"CANCELED", AlgoState::cancelled},
    Pair<AlgoState>{"REJECTED", AlgoState::rejected},
    Pair<AlgoState>{"EXPIRED", AlgoState::expired},
};

template <class Table>
auto word_of(const Table& table, std::string_view text) -> std::optional<decltype(table[0].word)> {
  for (const auto& pair : table)
    if (pair.text == text) return pair.word;
  return std::nullopt;
}

}  // namespace

std::optional<OrderKind> kind_of(std::string_view type) { return word_of(kinds, type); }
std::optional<OrderStatus> status_of(std::string_view status) { return word_of(statuses, status); }
std::optional<AlgoState> algo_state_of(std::string_view status) {
  return word_of(algo_states, status);
}

OrderStatus status_of(AlgoState state) {
  switch (state) {
    case AlgoState::cancelled: return OrderStatus::cancelled;
    case AlgoState::rejected: return OrderStatus::rejected;
    case AlgoState::expired: return OrderStatus::expired;
    default: return OrderStatus::working;
  }
}

}  // namespace signalbox::binanceusdm
