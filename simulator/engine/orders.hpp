#pragma once

#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

/// Every order and list there ever was, found by id and by the newest use of a client id.
/// References stay valid.
class Orders {
 public:
  static constexpr std::size_t orders_max = 2'000'000;  // orders; about 1 GB

  bool full() const { return orders_.size() + 3 > orders_max; }
  Order& add(Order order);
  OrderList& add(OrderList list);
  /// From now on found under its new client id.
  void rename(Order& order, const ClientId& id);
  /// Takes an ended order out of the open ones.
  void close(const Order& order);

  Order& operator[](OrderId id) { return orders_[index(id)]; }
  const Order& operator[](OrderId id) const { return orders_[index(id)]; }
  OrderList& operator[](ListId id) { return lists_[static_cast<std::size_t>(id)]; }
  const OrderList& operator[](ListId id) const { return lists_[static_cast<std::size_t>(id)]; }

  const Order* find(OrderId id) const;
  /// The newest order of that client id: ids may be used again once their order has ended.
  const Order* find(AccountId account, const ClientId& id) const;
  const OrderList* find(ListId id) const;
  const OrderList* find_list(AccountId account, const ClientId& id) const;

  /// Oldest first.
  const std::set<OrderId>& open(AccountId account) const;
  const std::deque<Order>& all() const { return orders_; }
  const std::deque<OrderList>& all_lists() const { return lists_; }

 private:
  struct Key {
    AccountId account{};
    ClientId id;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& k) const noexcept {
      return std::hash<ClientId>{}(k.id) ^ (static_cast<std::size_t>(k.account) << 1);
    }
  };
  static std::size_t index(OrderId id) { return static_cast<std::size_t>(id) - 1; }

  std::deque<Order> orders_;
  std::deque<OrderList> lists_;
  std::unordered_map<Key, OrderId, Hash> by_client_;
  std::unordered_map<Key, ListId, Hash> lists_by_client_;
  std::unordered_map<AccountId, std::set<OrderId>> open_;
};

}  // namespace signalbox::simulator
