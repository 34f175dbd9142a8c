#pragma once

#include <map>
#include <set>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

struct AccountSpec {
  AccountName name;
  Decimal maker_fee;  ///< fractions: 0.001 is 0.1 %
  Decimal taker_fee;
  bool can_trade = true;
  bool fees_in_quote = false;  ///< else of what was received
};

/// What accounts own, and how much of it their orders hold. A lock is the amount set aside for one
/// order, or for the legs of a pair together; it is restated after each change, never adjusted by
/// hand, so it cannot drift from what its orders could still take.
class Accounts {
 public:
  AccountId add(AccountSpec spec);
  const AccountSpec& spec(AccountId id) const { return at(id).spec; }
  std::size_t count() const { return accounts_.size(); }
  bool has(AccountId id) const { return static_cast<std::size_t>(id) < accounts_.size(); }

  Decimal free(AccountId id, const Asset& asset) const;
  Decimal locked(AccountId id, const Asset& asset) const;
  /// Sorted by asset, zero ones too.
  std::vector<AssetBalance> balances(AccountId id) const;

  void credit(AccountId id, const Asset& asset, Decimal amount);
  /// False: not that much is free, and nothing changed.
  [[nodiscard]] bool debit(AccountId id, const Asset& asset, Decimal amount);

  /// A lock of nothing yet.
  std::uint32_t open_lock(AccountId id, const Asset& asset);
  /// Makes the lock hold exactly `amount`. False: that much is not free, and nothing changed.
  [[nodiscard]] bool restate(std::uint32_t lock, Decimal amount);
  Decimal held(std::uint32_t lock) const { return locks_[lock].amount; }
  /// Pays from the lock, and what it does not cover from the free balance.
  void pay(std::uint32_t lock, Decimal amount);
  /// What `pay` could take.
  Decimal payable(std::uint32_t lock) const;

  /// Assets touched since the last call, for the balance event.
  std::vector<AssetBalance> take_changes(AccountId id);

 private:
  struct Wallet {
    Decimal free;
    Decimal locked;
  };
  struct Account {
    AccountSpec spec;
    std::map<Asset, Wallet> wallets;
    std::set<Asset> changed;
  };
  struct Lock {
    AccountId account{};
    Asset asset;
    Decimal amount;
  };

  const Account& at(AccountId id) const { return accounts_.at(static_cast<std::size_t>(id)); }
  Account& at(AccountId id) { return accounts_.at(static_cast<std::size_t>(id)); }
  Wallet& touch(AccountId id, const Asset& asset);

  std::vector<Account> accounts_;
  std::vector<Lock> locks_{1};  // 0 is no lock
};

}  // namespace signalbox::simulator
