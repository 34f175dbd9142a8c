#pragma once

/// The loop is named here, not included: whoever owns one has Asio's header already.
namespace boost::asio {
class io_context;
}  // namespace boost::asio
