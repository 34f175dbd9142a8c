#include "simulator/binance/frame.hpp"

#include <simdjson.h>

namespace signalbox::simulator::binance {
namespace {

namespace json = simdjson::ondemand;
using simdjson::simdjson_result;

constexpr std::size_t list_max = 1024;  // entries
constexpr std::size_t id_max = 64;      // bytes

std::string_view trimmed(std::string_view s) {
  const auto last = s.find_last_not_of(" \t\r\n");
  return last == s.npos ? std::string_view{} : s.substr(0, last + 1);
}

/// A value as the text that a query string would carry. False: not a value this venue takes.
bool read_value(json::value value, std::string& into) {
  json::json_type type{};
  if (value.type().get(type)) return false;
  std::string_view text;
  switch (type) {
    case json::json_type::string:
      if (value.get_string().get(text)) return false;
      break;
    case json::json_type::number: {
      // Numbers keep their spelling: they are signed as they were sent.
      text = trimmed(value.raw_json_token());
      double ignored = 0;
      if (value.get_double().get(ignored)) return false;
      break;
    }
    case json::json_type::boolean: {
      bool flag = false;
      if (value.get_bool().get(flag)) return false;
      text = flag ? "true" : "false";
      break;
    }
    case json::json_type::array: {
      json::array array;
      if (value.get_array().get(array) || array.raw_json().get(text)) return false;
      break;
    }
    case json::json_type::object:
    case json::json_type::null: return false;
  }
  into = text;
  return true;
}

bool read_object(json::value value, Params& into) {
  json::object object;
  if (value.get_object().get(object)) return false;
  for (auto field : object) {
    std::string_view name;
    if (field.unescaped_key().get(name)) return false;
    const std::string kept{name};
    std::string text;
    json::value each;
    if (field.value().get(each) || !read_value(each, text) || into.add(kept, text)) return false;
  }
  return true;
}

bool read_list(json::value value, std::vector<std::string>& into) {
  json::array array;
  if (value.get_array().get(array)) return false;
  for (auto element : array) {
    std::string_view text;
    if (element.get_string().get(text) || into.size() == list_max) return false;
    into.emplace_back(text);
  }
  return true;
}

bool read_params(json::value value, Frame& frame) {
  json::json_type type{};
  if (value.type().get(type)) return false;
  if (type == json::json_type::object) return read_object(value, frame.params);
  return type == json::json_type::array && read_list(value, frame.list);
}

bool read_id(json::value value, std::string& into) {
  json::json_type type{};
  if (value.type().get(type)) return false;
  const bool allowed = type == json::json_type::string || type == json::json_type::number ||
                       type == json::json_type::null;
  const auto token = trimmed(value.raw_json_token());
  if (!allowed || token.size() > id_max) return false;
  into = token;
  return true;
}

}  // namespace

tl::expected<Frame, FrameError> parse_frame(std::string_view bytes) {
  if (bytes.size() > frame_max) return tl::unexpected(FrameError::bad_json);
  // The on-demand reader looks only at what it is asked for; this pass sees everything.
  const simdjson::padded_string padded{bytes};
  simdjson::dom::parser strict;
  if (strict.parse(padded).error()) return tl::unexpected(FrameError::bad_json);

  json::parser parser;
  json::document document;
  json::object object;
  if (parser.iterate(padded).get(document) || document.get_object().get(object))
    return tl::unexpected(FrameError::bad_request);
  Frame frame;
  for (auto field : object) {
    std::string_view key;
    json::value value;
    if (field.unescaped_key().get(key) || field.value().get(value))
      return tl::unexpected(FrameError::bad_request);
    bool good = true;
    if (key == "id") {
      good = read_id(value, frame.id);
    } else if (key == "method") {
      std::string_view method;
      good = !value.get_string().get(method);
      frame.method = method;
    } else if (key == "params") {
      good = read_params(value, frame);
    } else {
      good = false;
    }
    if (!good) return tl::unexpected(FrameError::bad_request);
  }
  if (frame.method.empty()) return tl::unexpected(FrameError::bad_request);
  return frame;
}

}  // namespace signalbox::simulator::binance
