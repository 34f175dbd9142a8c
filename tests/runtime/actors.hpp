#pragma once

#include <cstdint>

#include "actors/runtime/types.hpp"

namespace signalbox::test {

struct Hop {
  int left = 0;
};
struct Boom {};
struct Ping {
  int number = 0;
};

/// What the hot chain carries: about the size of an order request.
struct Payload {
  std::uint64_t words[26] = {};
};

}  // namespace signalbox::test

SIGNALBOX_ACTOR_MESSAGE(signalbox::test::Hop)
SIGNALBOX_ACTOR_MESSAGE(signalbox::test::Boom)
SIGNALBOX_ACTOR_MESSAGE(signalbox::test::Ping)
SIGNALBOX_ACTOR_MESSAGE(signalbox::test::Payload)
