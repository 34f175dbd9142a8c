#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/check_typed_input.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/response_type.hpp>
#include <utility>

#include "actors/runtime/direct.hpp"

namespace signalbox {

/// A handle with what direct delivery needs beside it: actors hold a Link to whomever they send
/// to on the hot path. Made once, since it looks the target's kind up. One thread.
template <class Handle = caf::actor>
class Link {
 public:
  Link() = default;
  Link(Handle handle)  // NOLINT: a handle is a link that has not been looked at
      : handle_(std::move(handle)) {
    if (handle_)
      target_ = dynamic_cast<DirectTarget*>(caf::actor_cast<caf::abstract_actor*>(handle_));
  }

  explicit operator bool() const { return static_cast<bool>(handle_); }
  const Handle& handle() const { return handle_; }
  DirectTarget* target() const { return target_; }

 private:
  Handle handle_;
  DirectTarget* target_ = nullptr;  // lives as long as the handle
};

template <class Handle>
Link(Handle) -> Link<Handle>;

namespace detail {

template <class T>
using Sent =
    typename caf::unbox_message_element<typename caf::detail::strip_and_convert<T>::type>::type;

template <class Handle, class... Ts>
bool deliver(caf::strong_actor_ptr sender, caf::execution_unit* here, const Link<Handle>& to,
             Ts&&... xs) {
  static_assert(sizeof...(Ts) > 0, "no message to send");
  static_assert(caf::response_type_unbox<caf::signatures_of_t<Handle>,
                                         caf::detail::type_list<Sent<Ts>...>>::valid,
                "the receiver does not accept this message");
  if (!to) return false;
  auto* receiver = caf::actor_cast<caf::abstract_actor*>(to.handle());
  DirectTarget* target = to.target();
  if (!target || !target->ready(here)) {
    receiver->enqueue(caf::make_mailbox_element(std::move(sender), caf::make_message_id(), {},
                                                std::forward<Ts>(xs)...),
                      here);
    return false;
  }
  caf::mailbox_element_vals<Sent<Ts>...> message(std::move(sender), caf::make_message_id(), {},
                                                 std::forward<Ts>(xs)...);
  if (target->deliver(message, here)) return true;
  receiver->enqueue(caf::make_mailbox_element(std::move(message.sender), caf::make_message_id(), {},
                                              message.move_content_to_message()),
                    here);
  return false;
}

}  // namespace detail

/// `self->send(to, …)` that runs the receiver in place whenever that is legal (DirectTarget);
/// answers whether it did. One-way messages only, and only as the last statement of a handler:
/// the receiver acts before this returns. `to` must stay as it is during the call.
template <class Self, class Handle, class... Ts>
bool send_now(Self* self, const Link<Handle>& to, Ts&&... xs) {
  return detail::deliver(caf::strong_actor_ptr{self->ctrl()}, self->context(), to,
                         std::forward<Ts>(xs)...);
}

/// The same from a native handler on the receiver's loop (a socket's completion, a venue's
/// sink), which has no actor to be the sender.
template <class Handle, class... Ts>
bool deliver_now(const Link<Handle>& to, Ts&&... xs) {
  return detail::deliver(caf::strong_actor_ptr{}, nullptr, to, std::forward<Ts>(xs)...);
}

}  // namespace signalbox
