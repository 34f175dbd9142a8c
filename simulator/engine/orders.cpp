#include "simulator/engine/orders.hpp"

namespace signalbox::simulator {

Order& Orders::add(Order order) {
  order.id = static_cast<OrderId>(orders_.size() + 1);
  orders_.push_back(std::move(order));
  auto& added = orders_.back();
  by_client_[{added.account, added.client_id}] = added.id;
  open_[added.account].insert(added.id);
  return added;
}

OrderList& Orders::add(OrderList list) {
  list.id = static_cast<ListId>(lists_.size());
  lists_.push_back(std::move(list));
  auto& added = lists_.back();
  lists_by_client_[{added.account, added.client_id}] = added.id;
  return added;
}

void Orders::rename(Order& order, const ClientId& id) {
  order.client_id = id;
  by_client_[{order.account, id}] = order.id;
}

void Orders::close(const Order& order) { open_[order.account].erase(order.id); }

const Order* Orders::find(OrderId id) const {
  const auto n = static_cast<std::uint64_t>(id);
  return n == 0 || n > orders_.size() ? nullptr : &(*this)[id];
}

const Order* Orders::find(AccountId account, const ClientId& id) const {
  const auto found = by_client_.find({account, id});
  // A renamed order leaves its old id behind; that id names nothing any more.
  if (found == by_client_.end()) return nullptr;
  const auto& order = (*this)[found->second];
  return order.client_id == id ? &order : nullptr;
}

const OrderList* Orders::find(ListId id) const {
  const auto n = static_cast<std::int64_t>(id);
  return n < 0 || static_cast<std::size_t>(n) >= lists_.size() ? nullptr : &(*this)[id];
}

const OrderList* Orders::find_list(AccountId account, const ClientId& id) const {
  const auto found = lists_by_client_.find({account, id});
  return found == lists_by_client_.end() ? nullptr : &(*this)[found->second];
}

const std::set<OrderId>& Orders::open(AccountId account) const {
  static const std::set<OrderId> none;
  const auto found = open_.find(account);
  return found == open_.end() ? none : found->second;
}

}  // namespace signalbox::simulator
