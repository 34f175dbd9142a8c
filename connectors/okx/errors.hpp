#pragma once

#include <optional>

#include "connectors/kit/verdict.hpp"

namespace signalbox::okx {

using kit::VenueError;
using kit::Verdict;

/// The one table from (HTTP status, code, text) to (outcome, class). The code is that of the order
/// (`sCode`) where there is one. Whatever is not in the table is refused as `other` with its code
/// and text; a server's own failure (5xx) is unknown unless its code says that nothing was
/// executed. Code 0 with a 2xx is success.
Verdict judge(int http_status, const VenueError& error);

/// Whether the venue refused how an order is paid (`tdMode`): what one account's mode wants,
/// another's does not take.
bool refuses_trade_mode(const VenueError& error);

/// After a close frame of the venue: whether coming back at once is welcome.
bool may_return_at_once(std::int32_t notice_code);

}  // namespace signalbox::okx
