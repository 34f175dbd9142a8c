#pragma once

#include <boost/asio/io_context.hpp>

#include "actors/runtime/loop.hpp"

namespace signalbox {

/// The loop's sockets live here. Handlers run on the loop's thread; never call `run`, `poll` or
/// `stop` on it: a loop that does not turn itself does not look at its actors.
boost::asio::io_context& io_context_of(Loop& loop);

}  // namespace signalbox
