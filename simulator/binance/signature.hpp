#pragma once

#include <string>
#include <string_view>

namespace signalbox::simulator::binance {

/// HMAC-SHA256 in lower-case hex.
std::string hmac_sha256_hex(std::string_view secret, std::string_view payload);

/// `public_key` is the base64 of an SPKI; false for anything that is not a valid key, signature
/// and payload together.
bool ed25519_verifies(std::string_view public_key, std::string_view payload,
                      std::string_view signature_base64);

/// Hex in any case, compared without an early exit.
bool same_hex(std::string_view a, std::string_view b);

}  // namespace signalbox::simulator::binance
