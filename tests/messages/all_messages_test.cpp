#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/records.hpp"
#include "tests/messages/arbitrary.hpp"
#include "tests/messages/raw.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int tries_max = 200;  // of each message

/// The same messages the journal holds, which no socket carries.
constexpr Fields records{
    Listed<SignalRecord>{"signal", "", ""},   Listed<JudgedRecord>{"judged", "", ""},
    Listed<AbsentRecord>{"absent", "", ""},   Listed<TradingStateRecord>{"state", "", ""},
    Listed<CommandRecord>{"command", "", ""},
};

template <class F>
void for_each_list(F f) {
  f(commands);
  f(answers);
  f(events);
  f(connection_hellos);
  f(connection_requests);
  f(connection_reports);
  f(records);
}

template <class List, class F>
void for_each_in(const List& list, F f) {
  list.apply([&f](const auto&... each) { (f(each), ...); });
}

template <class F>
void for_each_message(F f) {
  for_each_list([&f](const auto& list) { for_each_in(list, f); });
}

template <class L>
using MessageOf = typename L::Message;

}  // namespace

TEST_CASE("every message that keeps to the rules comes back as it left", "[codec][property]") {
  for_each_message([](const auto& listed) {
    using T = MessageOf<std::remove_cvref_t<decltype(listed)>>;
    Arbitrary made{11, Arbitrary::Taste::proper};
    for (int i = 0; i < tries_max; ++i) {
      const T message = made.make<T>();
      const std::string bytes = encoded(message);
      const auto back = decode<T>(bytes, connection_limits);
      INFO(listed.type << ": " << raw::as_json(bytes));
      if (!back) FAIL(back.error().what);
      REQUIRE(*back == message);
    }
  });
}

TEST_CASE("whatever a message of ours holds, we can read it again", "[codec][property][journal]") {
  // A journal that cannot be replayed because of one odd value would be a journal lost.
  for_each_message([](const auto& listed) {
    using T = MessageOf<std::remove_cvref_t<decltype(listed)>>;
    Arbitrary made{12, Arbitrary::Taste::anything};
    for (int i = 0; i < tries_max; ++i) {
      const std::string bytes = encoded(made.make<T>());
      const auto back = decode<T>(bytes, own_limits);
      INFO(listed.type << ": " << raw::as_json(bytes));
      if (!back) FAIL(back.error().what);
      // Texts were cleaned on the way out; from then on nothing changes any more.
      REQUIRE(encoded(*back) == bytes);
    }
  });
}

TEST_CASE("no two messages share a type on one socket", "[codec]") {
  for_each_list([](const auto& list) {
    std::set<std::string_view> types;
    for_each_in(list, [&types](const auto& listed) {
      CHECK(types.insert(listed.type).second);
      CHECK(listed.type.size() <= 32);
    });
  });
}

TEST_CASE("a message is found by its type", "[codec]") {
  std::string_view about;
  CHECK(with_type(commands, "halt", [&about](const auto& listed) { about = listed.about; }));
  CHECK(about.starts_with("Sets the trading state"));
  CHECK_FALSE(with_type(commands, "verdict", [](const auto&) {}));
  CHECK(type_of<SignalOutcome>(events) == "outcome");
  CHECK(type_of<CancelOneOrder>(commands) == "cancel_order");
}
