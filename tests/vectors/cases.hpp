#pragma once

#include <functional>
#include <string>

namespace signalbox::vectors {

using Print = std::function<void(const std::string& line)>;

/// One JSON line per case of a file, in its order:
/// `{"id":…,"request":{…}}` (with `"more":[…]` when the call takes several) or
/// `{"id":…,"reject":…}`.
void each_request(const std::string& path, const Print& print);
/// `{"id":…,"result":…}` or `{"id":…,"error":…}`.
void each_response(const std::string& path, const Print& print);
/// One JSON line per decoded frame of a recorded file.
void each_frame(const std::string& exchange, const std::string& path, const Print& print);

}  // namespace signalbox::vectors
