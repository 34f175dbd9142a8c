#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <type_traits>

namespace signalbox::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
template <class Stream>
inline constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

inline constexpr std::size_t header_max = 16 * 1024;  // bytes
inline constexpr std::size_t body_max = 64 * 1024;    // bytes
inline constexpr std::chrono::seconds handshake_within{10};
inline constexpr std::chrono::seconds silence_max{60};
inline constexpr std::chrono::seconds ping_every{20};

}  // namespace signalbox::simulator
