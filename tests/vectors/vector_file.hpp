#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/vectors/vector_venue.hpp"

namespace signalbox::vectors {

/// A file of requests or responses: its world and its cases. The document stays in it, so it is
/// not moved. Throws std::runtime_error for what is no such file.
class VectorFile {
 public:
  explicit VectorFile(const std::string& path);
  VectorFile(const VectorFile&) = delete;

  const VectorWorld& world() const { return world_; }
  const std::vector<JsonObject>& cases() const { return cases_; }

 private:
  std::string text_;
  JsonReader json_;
  VectorWorld world_;
  std::vector<JsonObject> cases_;
};

/// The call of a case. Fails with the class of what a caller did wrong: an unknown symbol, a
/// missing price, an amount that is none.
tl::expected<UnifiedCall, ErrorClass> call_of(const JsonObject& one, const VectorWorld& world);

std::vector<CannedAnswer> answers_of(const JsonObject& one);

/// The bytes of a file, unpacked when it is gzip.
std::string read_whole(const std::string& path);

}  // namespace signalbox::vectors
