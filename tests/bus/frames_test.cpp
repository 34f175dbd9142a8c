#include "bus/frames.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace signalbox;

namespace {

constexpr std::size_t body_max = 100;  // bytes

Opened open(std::vector<std::string_view> frames) {
  return open_envelope({frames, frames.size()}, body_max);
}

FrameFault fault(std::vector<std::string_view> frames) {
  const auto opened = open(std::move(frames));
  REQUIRE_FALSE(opened.envelope);
  return opened.envelope.error();
}

}  // namespace

TEST_CASE("a message of a DEALER and of a REQ peer opens to the same envelope", "[bus]") {
  const auto dealer = open({"SB1", "signal", "body"});
  REQUIRE(dealer.envelope);
  CHECK(dealer.envelope->type == "signal");
  CHECK(dealer.envelope->body == "body");
  CHECK_FALSE(dealer.delimited);

  const auto req = open({"", "SB1", "signal", "body"});
  REQUIRE(req.envelope);
  CHECK(req.envelope->type == "signal");
  CHECK(req.delimited);
}

TEST_CASE("each kind of malformed message has its own name", "[bus]") {
  CHECK(fault({}) == FrameFault::frame_count);
  CHECK(fault({""}) == FrameFault::frame_count);
  CHECK(fault({"SB1"}) == FrameFault::frame_count);
  CHECK(fault({"SB1", "signal"}) == FrameFault::frame_count);
  CHECK(fault({"SB1", "signal", "body", "more"}) == FrameFault::frame_count);
  CHECK(fault({"", "SB1", "signal"}) == FrameFault::frame_count);
  CHECK(fault({"", "", "SB1", "signal", "body"}) == FrameFault::frame_count);
  CHECK(fault({"HELLO", "signal", "body"}) == FrameFault::magic);
  CHECK(fault({"sb1", "signal", "body"}) == FrameFault::magic);
  CHECK(fault({"SB", "signal", "body"}) == FrameFault::magic);
  CHECK(fault({"SB2", "signal", "body"}) == FrameFault::version);
  CHECK(fault({"SB10", "signal", "body"}) == FrameFault::version);
  CHECK(fault({"SB1", "", "body"}) == FrameFault::type);
  CHECK(fault({"SB1", "Signal", "body"}) == FrameFault::type);
  CHECK(fault({"SB1", "sig nal", "body"}) == FrameFault::type);
  CHECK(fault({"SB1", std::string(type_bytes_max + 1, 'a'), "body"}) == FrameFault::type);
  CHECK(fault({"SB1", "signal", ""}) == FrameFault::empty_body);
  CHECK(fault({"SB1", "signal", std::string(body_max + 1, 'x')}) == FrameFault::oversized);
}

TEST_CASE("the bounds themselves are allowed", "[bus]") {
  const std::string type(type_bytes_max, 'a');
  const std::string body(body_max, 'x');
  CHECK(open({"SB1", type, body}).envelope);
}

TEST_CASE("frames that were not kept still count", "[bus]") {
  const std::vector<std::string_view> kept{"SB1", "signal", "body"};
  const auto opened = open_envelope({kept, 4000}, body_max);
  REQUIRE_FALSE(opened.envelope);
  CHECK(opened.envelope.error() == FrameFault::frame_count);
}

TEST_CASE("every fault says what to change, in words of its own", "[bus]") {
  std::set<std::string_view> meanings;
  for (const auto& [fault, name] : enum_names<FrameFault>) meanings.insert(meaning_of(fault));
  CHECK(meanings.size() == enum_names<FrameFault>.size());
  CHECK_FALSE(meanings.contains("?"));
}
