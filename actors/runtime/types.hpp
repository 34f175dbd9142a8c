#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include "messages/field.hpp"

// Every type that actors send each other is registered here and nowhere else. None of them ever
// leaves the process through CAF: what crosses a process border is msgpack, written by the codec.

/// Everything with a list of fields is a message.
template <signalbox::HasFields T>
struct caf::allowed_unsafe_message_type<T> : std::true_type {};

/// For messages between actors only, which have no list of fields. Use it in the global
/// namespace, after the type.
#define SIGNALBOX_ACTOR_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)
