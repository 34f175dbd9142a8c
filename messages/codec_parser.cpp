#include <algorithm>
#include <array>
#include <exception>
#include <msgpack.hpp>
#include <vector>

#include "messages/codec_reader.hpp"

namespace signalbox::codec {
namespace {

using Kind = Node::Kind;

// Kept between messages; a longer one gives its memory back at the next parse.
constexpr std::size_t kept_nodes_max = 64 * 1024;

/// Called by msgpack's parser for each value, it lays the nodes out one after the other. Answering
/// false ends the parse.
class NodeBuilder : public msgpack::null_visitor {
 public:
  NodeBuilder(std::vector<Node>& nodes, Reading& reading) : nodes_(nodes), reading_(reading) {}

  bool failed() const { return failed_; }

  bool visit_nil() { return add(Kind::nil) != nullptr; }
  bool visit_boolean(bool value) { return add_whole(Kind::boolean, value ? 1 : 0); }
  bool visit_positive_integer(std::uint64_t value) { return add_whole(Kind::positive, value); }
  bool visit_negative_integer(std::int64_t value) {
    return add_whole(value < 0 ? Kind::negative : Kind::positive,
                     static_cast<std::uint64_t>(value));
  }
  bool visit_float32(float value) { return add_real(Kind::float32, static_cast<double>(value)); }
  bool visit_float64(double value) { return add_real(Kind::float64, value); }
  bool visit_str(const char* data, std::uint32_t size) { return add_bytes(Kind::text, data, size); }
  bool visit_bin(const char* data, std::uint32_t size) {
    return add_bytes(Kind::binary, data, size);
  }
  bool visit_ext(const char* data, std::uint32_t size) {
    return add_bytes(Kind::extension, data, size);
  }
  bool start_array(std::uint32_t size) { return open(Kind::list, size); }
  bool end_array() { return close(); }
  bool start_map(std::uint32_t size) { return open(Kind::map, size); }
  bool end_map() { return close(); }
  void parse_error(std::size_t, std::size_t) { fail(DecodeRefusal::malformed, "not msgpack"); }
  void insufficient_bytes(std::size_t, std::size_t) {
    fail(DecodeRefusal::truncated, "the message ends before it is complete");
  }

 private:
  bool fail(DecodeRefusal reason, std::string what) {
    if (!failed_) reading_.refuse(reason, std::move(what));
    failed_ = true;
    return false;
  }

  Node* add(Kind kind) {
    if (nodes_.size() == message_values_max) {
      fail(DecodeRefusal::too_large,
           "send at most " + std::to_string(message_values_max) + " values");
      return nullptr;
    }
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    return &node;
  }
  bool add_whole(Kind kind, std::uint64_t value) {
    Node* node = add(kind);
    if (node != nullptr) node->whole = value;
    return node != nullptr;
  }
  bool add_real(Kind kind, double value) {
    Node* node = add(kind);
    if (node != nullptr) node->real = value;
    return node != nullptr;
  }
  bool add_bytes(Kind kind, const char* data, std::uint32_t size) {
    Node* node = add(kind);
    if (node == nullptr) return false;
    node->bytes = data;
    node->size = size;
    return true;
  }

  bool open(Kind kind, std::uint32_t size) {
    const std::size_t depth_max = std::min(reading_.limits().depth, open_.size());
    if (depth_ == depth_max)
      return fail(DecodeRefusal::too_deep,
                  "send maps and lists at most " + std::to_string(depth_max) + " deep");
    Node* node = add(kind);
    if (node == nullptr) return false;
    node->size = size;
    open_[depth_++] = nodes_.size() - 1;
    return true;
  }
  bool close() {
    const std::size_t first = open_[--depth_];
    nodes_[first].extent = static_cast<std::uint32_t>(nodes_.size() - first);
    return true;
  }

  std::vector<Node>& nodes_;
  Reading& reading_;
  std::array<std::size_t, 16> open_{};  // where each map or list that is not complete begins
  std::size_t depth_ = 0;
  bool failed_ = false;
};

bool refuse(Reading& reading, DecodeRefusal reason, std::string what) {
  return reading.refuse(reason, std::move(what));
}

}  // namespace

const Node* parse(std::string_view bytes, Reading& reading) {
  thread_local std::vector<Node> nodes;
  if (bytes.size() > reading.limits().bytes) {
    refuse(reading, DecodeRefusal::too_large,
           "send at most " + std::to_string(reading.limits().bytes) + " bytes");
    return nullptr;
  }
  if (nodes.capacity() > kept_nodes_max) std::vector<Node>{}.swap(nodes);
  nodes.clear();

  NodeBuilder builder{nodes, reading};
  std::size_t end = 0;
  bool complete = false;
  try {
    complete = msgpack::parse(bytes.data(), bytes.size(), end, builder);
  } catch (const std::exception&) {
    refuse(reading, DecodeRefusal::malformed, "not msgpack");
    return nullptr;
  }
  if (builder.failed()) return nullptr;
  if (!complete || nodes.empty()) {
    refuse(reading, DecodeRefusal::truncated, "the message ends before it is complete");
    return nullptr;
  }
  if (end != bytes.size()) {
    refuse(reading, DecodeRefusal::trailing, "send nothing after the message");
    return nullptr;
  }
  if (nodes.front().kind != Kind::map) {
    refuse(reading, DecodeRefusal::not_a_map, "send a map with string keys");
    return nullptr;
  }
  return nodes.data();
}

}  // namespace signalbox::codec
