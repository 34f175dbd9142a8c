#pragma once

#include <string_view>

#include "connectors/kit/verdict.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::coinbase {

using kit::Verdict;

/// What an answer says when it refuses, as far as its body could be read. The venue has words
/// instead of numbers, and a success by HTTP may be a refusal by its body. Texts are valid as long
/// as the document.
struct Said {
  bool refuses = false;
  std::string_view word;
  std::string_view text;
};

/// From any body of the venue: an order's answer, a cancel's, an amendment's, an error of the
/// gateway before it. A cancel of several orders is refused when one of them is.
Said said_by(const JsonObject& root);

/// The one table from (HTTP status, word, text) to (outcome, class). A word that is not in it is
/// refused as `other` with its text; a server's own failure (5xx) is unknown unless its word says
/// that nothing was executed. `said` is null where the body was no JSON: a page of the firewall
/// in front of the venue.
Verdict judge(int http_status, const Said* said);

/// The class of a word alone: why an accepted order failed later.
Refusal refusal_of(std::string_view word);

}  // namespace signalbox::coinbase
