#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actors/outlet.hpp"

namespace signalbox {

/// What is open, as the events tell it: a read-only projection, built from nothing else. Belongs
/// to the publishing loop, so that an answer and the sequence numbers beside it are of one moment.
class Portfolio {
 public:
  static constexpr std::size_t ended_orders_max = 10'000;  ///< entries kept for fetch_order

  explicit Portfolio(std::vector<AccountInfo> accounts);

  void apply(const Event& event);
  /// Those whose events it hears begin anew and tell what is open: what they no longer know of
  /// ended without a word.
  void begin_again();
  void set_initialised(const AccountName& account, bool yes);

  std::vector<AccountInfo> accounts(const std::optional<AccountName>& only = {}) const;
  std::vector<BracketEvent> brackets(const std::optional<AccountName>& only = {}) const;
  std::vector<OrderEvent> orders(const std::optional<AccountName>& only = {}) const;
  /// How an account trades; of all together (an empty name) the strictest.
  TradingState state(const AccountName& account) const;
  /// The entry order of a signal or place_order, live or lately ended.
  const OrderEvent* entry_of(const SignalHash& key) const;
  std::uint32_t unknown_orders() const;
  /// Says of orders as the venue lists them which signals of ours made them, where that is known.
  void name(std::vector<OrderEvent>& listed) const;

 private:
  void apply_order(const OrderEvent& event);
  template <class T>
  AccountInfo* account_of(const T& event);

  std::map<AccountName, AccountInfo> accounts_;
  std::map<SignalHash, BracketEvent> brackets_;
  std::map<ClientOrderId, OrderEvent> live_;
  std::map<SignalHash, OrderEvent> entries_;
  std::deque<SignalHash> entries_order_;
};

}  // namespace signalbox
