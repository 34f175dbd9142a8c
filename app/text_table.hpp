#pragma once

#include <string>
#include <vector>

namespace signalbox {

using Row = std::vector<std::string>;

/// Columns as wide as their widest, two spaces apart, no space at the end of a line.
std::string aligned(const std::vector<Row>& rows);

}  // namespace signalbox
