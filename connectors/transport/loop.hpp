#pragma once

/// The loop is named, not included: whoever holds one already has Asio's header, and nobody who
/// only passes it on should pay for it.
namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace signalbox {

/// What venues are handed on by those who may not name the library.
using IoLoop = boost::asio::io_context;

}  // namespace signalbox
