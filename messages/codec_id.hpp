#pragma once

#include <string_view>

#include "messages/ids.hpp"

namespace signalbox {

/// The `id` of a message that could not be decoded, so that its refusal can name it: the first key
/// "id" of the outermost map with a text that is a signal id, as far as the bytes can be read.
/// Empty when there is none. Takes any bytes; never allocates, never recurses.
SignalId id_in(std::string_view bytes);

}  // namespace signalbox
