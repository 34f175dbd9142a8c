#include "tests/vectors/cases.hpp"

#include <stdexcept>

#include "tests/vectors/vector_file.hpp"

namespace signalbox::vectors {
namespace {

std::unique_ptr<VectorVenue> venue_of(const VectorWorld& world) {
  for (const auto& exchange : exchanges())
    if (exchange.name == world.exchange) return exchange.make(world);
  throw std::runtime_error("no exchange is called '" + world.exchange + "'");
}

std::string request_json(const kit::ShownRequest& request) {
  JsonOut headers;
  for (const auto& [name, value] : request.headers) headers.text(name, value);
  JsonOut out;
  out.text("method", request.method).text("url", request.url).raw("headers", headers.str());
  return out.raw("body", request.body.empty() ? "null" : quoted(request.body)).str();
}

std::string id_of(const JsonObject& one) {
  const auto id = json_text(one, "id");
  if (!id) throw std::runtime_error("a case without an id");
  return std::string{*id};
}

JsonOut line_of(const JsonObject& one) {
  JsonOut line;
  line.text("id", id_of(one));
  return line;
}

}  // namespace

void each_request(const std::string& path, const Print& print) {
  const VectorFile file{path};
  const auto venue = venue_of(file.world());
  for (const auto& one : file.cases()) {
    auto line = line_of(one);
    const auto call = call_of(one, file.world());
    const auto sent = call ? venue->send(*call) : Requests{tl::unexpected(call.error())};
    if (!sent || sent->empty()) {
      const auto why = sent ? ErrorClass{"NotSupported", "nothing to send"} : sent.error();
      print(line.text("reject", why.name).text("why", why.why).str());
      continue;
    }
    line.raw("request", request_json(sent->front()));
    if (sent->size() > 1) {
      JsonList more;
      for (std::size_t i = 1; i < sent->size(); ++i) more.add(request_json((*sent)[i]));
      line.raw("more", more.str());
    }
    print(line.str());
  }
}

void each_response(const std::string& path, const Print& print) {
  const VectorFile file{path};
  const auto venue = venue_of(file.world());
  for (const auto& one : file.cases()) {
    auto line = line_of(one);
    const auto call = call_of(one, file.world());
    const auto answers = answers_of(one);
    const auto result = call ? venue->read(*call, answers) : Unified{tl::unexpected(call.error())};
    if (result)
      print(line.raw("result", *result).str());
    else
      print(line.text("error", result.error().name).text("why", result.error().why).str());
  }
}

void each_frame(const std::string& exchange, const std::string& path, const Print& print) {
  VectorWorld world;
  world.exchange = exchange;
  const auto venue = venue_of(world);
  const auto text = read_whole(path);
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    if (const auto line = venue->frame(std::string_view{text}.substr(from, end - from)))
      print(*line);
    from = end + 1;
  }
}

}  // namespace signalbox::vectors
