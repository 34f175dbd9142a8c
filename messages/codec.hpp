#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "messages/codec_reader.hpp"
#include "messages/codec_writer.hpp"

namespace signalbox {

// Messages as msgpack maps with string keys, from their one list of fields.
//
// A message leaves with every field except optionals that hold nothing. It is taken back only if
//
//  * it is one map, not followed by anything, within `DecodeLimits`;
//  * every key is a text, is a field of the message, and comes once;
//  * every field is there, except those whose type has a value for "nothing", which they keep:
//    optionals (nil is nothing too), bools, lists, and free texts (`Text`, not names);
//  * amounts are decimal strings of at most 48 bytes with |x| ≤ `amount_max`, never floats or
//    integers. One field may also be a number, `Signal::confidence`: its shortest decimal text
//    counts (0.6 is 0.6), cut after 18 digits;
//  * times and durations are integers, nanoseconds, not negative;
//  * enums are one of their names; ids without names and counters are integers within their type;
//  * texts are no longer than their type, printable UTF-8, and keep to their alphabet (see
//    codec_text.hpp); account, strategy, venue and symbol names and signal ids are not empty;
//  * lists are no longer than their type, or `list_items_max`.
//
// Nothing here throws on any input. Decoding recurses as deep as the message's types go, and
// allocates once (msgpack's parser) and for each std::vector of the message. Any thread.

/// Appends `message` to `out`.
template <HasFields T>
void encode(const T& message, std::string& out) {
  codec::Writer writer{out};
  codec::write(writer, message);
}

template <HasFields T>
std::string encoded(const T& message) {
  std::string out;
  encode(message, out);
  return out;
}

template <HasFields T>
tl::expected<T, DecodeError> decode(std::string_view bytes, const DecodeLimits& limits = {}) {
  codec::Reading reading{limits};
  tl::expected<T, DecodeError> message{};
  const codec::Node* root = codec::parse(bytes, reading);
  if (root == nullptr || !codec::read(*root, Allowance::nothing, *message, reading))
    message = tl::unexpected<DecodeError>(std::move(reading).take_error());
  return message;
}

}  // namespace signalbox
