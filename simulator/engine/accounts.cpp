#include "simulator/engine/accounts.hpp"

#include <algorithm>
#include <cassert>

namespace signalbox::simulator {

AccountId Accounts::add(AccountSpec spec) {
  accounts_.push_back({std::move(spec), {}, {}});
  return static_cast<AccountId>(accounts_.size() - 1);
}

Decimal Accounts::free(AccountId id, const Asset& asset) const {
  const auto& wallets = at(id).wallets;
  const auto found = wallets.find(asset);
  return found == wallets.end() ? Decimal{} : found->second.free;
}

Decimal Accounts::locked(AccountId id, const Asset& asset) const {
  const auto& wallets = at(id).wallets;
  const auto found = wallets.find(asset);
  return found == wallets.end() ? Decimal{} : found->second.locked;
}

std::vector<AssetBalance> Accounts::balances(AccountId id) const {
  std::vector<AssetBalance> all;
  for (const auto& [asset, wallet] : at(id).wallets)
    all.push_back({asset, wallet.free, wallet.locked});
  return all;
}

Accounts::Wallet& Accounts::touch(AccountId id, const Asset& asset) {
  auto& account = at(id);
  account.changed.insert(asset);
  return account.wallets[asset];
}

void Accounts::credit(AccountId id, const Asset& asset, Decimal amount) {
  auto& wallet = touch(id, asset);
  wallet.free = wallet.free + amount;
}

bool Accounts::debit(AccountId id, const Asset& asset, Decimal amount) {
  if (free(id, asset) < amount) return false;
  auto& wallet = touch(id, asset);
  wallet.free = wallet.free - amount;
  return true;
}

std::uint32_t Accounts::open_lock(AccountId id, const Asset& asset) {
  locks_.push_back({id, asset, {}});
  return static_cast<std::uint32_t>(locks_.size() - 1);
}

bool Accounts::restate(std::uint32_t lock, Decimal amount) {
  auto& l = locks_[lock];
  const auto more = amount - l.amount;
  if (more.is_zero()) return true;
  if (more > free(l.account, l.asset)) return false;
  auto& wallet = touch(l.account, l.asset);
  wallet.free = wallet.free - more;
  wallet.locked = wallet.locked + more;
  l.amount = amount;
  return true;
}

void Accounts::pay(std::uint32_t lock, Decimal amount) {
  auto& l = locks_[lock];
  auto& wallet = touch(l.account, l.asset);
  const auto from_lock = std::min(amount, l.amount);
  l.amount = l.amount - from_lock;
  wallet.locked = wallet.locked - from_lock;
  wallet.free = wallet.free - (amount - from_lock);
  assert(!wallet.free.is_negative() && !wallet.locked.is_negative());
}

Decimal Accounts::payable(std::uint32_t lock) const {
  const auto& l = locks_[lock];
  return l.amount + free(l.account, l.asset);
}

std::vector<AssetBalance> Accounts::take_changes(AccountId id) {
  auto& account = at(id);
  std::vector<AssetBalance> all;
  for (const auto& asset : account.changed) {
    const auto& wallet = account.wallets[asset];
    all.push_back({asset, wallet.free, wallet.locked});
  }
  account.changed.clear();
  return all;
}

}  // namespace signalbox::simulator
