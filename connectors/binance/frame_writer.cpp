#include "connectors/binance/frame_writer.hpp"

#include <algorithm>
#include <array>

#include "connectors/kit/order_rows.hpp"
#include "messages/bounded.hpp"

namespace signalbox::binance {
namespace {

struct Parameter {
  std::string_view name, value;
};
using Parameters = Bounded<Parameter, FrameWriter::parameters_max + 2>;

constexpr auto whole_numbers =
    std::array<std::string_view, 4>{"orderId", "recvWindow", "timestamp", "algoId"};

unsigned digit_of(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/// Appends a value as it was before it was encoded.
void append_decoded(std::string& out, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%' || i + 2 >= value.size()) {
      out.push_back(value[i]);
      continue;
    }
    out.push_back(static_cast<char>(digit_of(value[i + 1]) << 4 | digit_of(value[i + 2])));
    i += 2;
  }
}

void append_text(std::string& out, std::string_view value) {
  out.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

Parameters split(std::string_view form, std::string& values) {
  Parameters all;
  values.clear();
  values.reserve(form.size());  // the views into it must stay
  while (!form.empty() && all.size() < FrameWriter::parameters_max) {
    const auto pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(pair.size() + 1, form.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto from = values.size();
    append_decoded(values, pair.substr(std::min(equals + 1, pair.size())));
    all.push_back({pair.substr(0, equals), std::string_view{values}.substr(from)});
  }
  return all;
}

}  // namespace

FrameWriter::~FrameWriter() {
  // They carry the key.
  for (auto* each : {&payload_, &frame_}) std::fill(each->begin(), each->end(), '\0');
}

std::string_view FrameWriter::write(std::string_view id, std::string_view method,
                                    std::string_view form, bool proof) {
  auto all = split(form, values_);
  Signature signature;
  if (proof) {
    all.push_back({"apiKey", out_.key()});
    std::sort(all.begin(), all.end(),
              [](const Parameter& a, const Parameter& b) { return a.name < b.name; });
    payload_.clear();
    for (const auto& [name, value] : all) {
      if (!payload_.empty()) payload_.push_back('&');
      payload_.append(name).append("=").append(value);
    }
    signature = out_.sign(payload_);
    all.push_back({"signature", signature.view()});
  }
  frame_.assign(R"({"id":")").append(id).append(R"(","method":")").append(method);
  frame_.append(R"(","params":{)");
  for (const auto& [name, value] : all) {
    if (&name != &all[0].name) frame_.push_back(',');
    frame_.append("\"").append(name).append("\":");
    const bool whole =
        std::find(whole_numbers.begin(), whole_numbers.end(), name) != whole_numbers.end();
    if (whole)
      frame_.append(value);
    else
      append_text(frame_, value);
  }
  return frame_.append("}}");
}

std::string_view FrameWriter::log_on(std::string_view id, WallTime now) {
  const auto form = "timestamp=" + std::to_string(kit::to_ms(now));
  return write(id, "session.logon", form, true);
}

}  // namespace signalbox::binance
