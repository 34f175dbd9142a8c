#pragma once

#include <string>
#include <string_view>

#include "tests/vectors/vector_venue.hpp"

namespace signalbox::vectors {

// The judges of the tests. A line is what the program printed for a case; an empty answer is good,
// anything else says what is wrong.

/// The same meaning (method, host, path, parameters; numbers by value) and a signature that is
/// right for what was sent. A refusal where one is wanted; for what ccxt cannot do a refusal, or a
/// request without the caller's own words in it.
std::string why_wrong_request(const JsonObject& one, std::string_view line,
                              const VectorWorld& world);
/// Every field that the vector gives agrees, or the error is of its class or one below.
std::string why_wrong_answer(const JsonObject& one, std::string_view line);
/// Recommended to be asked before a case is judged: some are shown for information only.
bool counts(const JsonObject& one);

/// How a request of an exchange is signed, worked out again from the request itself. Nothing: it
/// is not signed. False: it is, and wrongly.
using CheckSignature = std::optional<bool> (*)(const kit::ShownRequest& request,
                                               const VectorWorld& world);
/// Of an exchange whose check is known here; null: not known.
CheckSignature signature_check(std::string_view exchange);

}  // namespace signalbox::vectors
