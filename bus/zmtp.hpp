#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace signalbox::zmtp {

/// Words of ZeroMQ's wire protocol, ZMTP 3.1 (RFC 37), that a ROUTER says with the NULL mechanism.
/// Numbers on the wire are big-endian.

inline constexpr std::size_t greeting_bytes = 64;
inline constexpr std::size_t signature_bytes = 10;
inline constexpr std::size_t mechanism_at = 12;
inline constexpr std::size_t mechanism_bytes = 20;
inline constexpr unsigned char version_major = 3;
inline constexpr unsigned char version_minor = 1;

/// Bits of a frame's first byte; the others are zero.
enum Flags : unsigned char { more = 1, long_size = 2, command = 4 };
inline constexpr std::size_t short_size_max = 255;
inline constexpr std::size_t identity_bytes_max = 255;
inline constexpr std::size_t ping_context_bytes_max = 16;

/// Signature, version, mechanism: the first thing said on a connection.
std::string greeting();
/// Ends the handshake: what kind of socket this is. A ROUTER gives itself no name.
std::string ready();
/// The answer to a PING, which repeats what came with it.
std::string pong(std::string_view context);

/// Adds one whole message to `to`.
void append_message(std::string& to, std::span<const std::string_view> frames);

/// A size or value of 8 or 4 bytes.
std::uint64_t big_endian(std::string_view bytes);

}  // namespace signalbox::zmtp
