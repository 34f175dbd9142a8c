#include "messages/codec_id.hpp"

#include <catch2/catch.hpp>

#include <random>

#include "messages/codec.hpp"
#include "messages/commands.hpp"

using namespace signalbox;
using namespace std::string_literals;

namespace {

std::string order() {
  PlaceOrder order;
  order.id = SignalId{"order-7"};
  order.account = AccountName{"main"};
  order.strategy = StrategyName{"test"};
  order.symbol = Symbol{"BTC/USDT"};
  order.quantity = Quantity{1};
  return encoded(order);
}

}  // namespace

TEST_CASE("the id of what cannot be decoded is found wherever it can be read", "[codec]") {
  CHECK(id_in(order()) == SignalId{"order-7"});
  CHECK(id_in(order() + "\xc0") == SignalId{"order-7"});       // something follows
  CHECK(id_in(order().substr(0, 20)) == SignalId{"order-7"});  // the rest is missing
  CHECK(id_in("\x82\xa1x\x93\x01\x81\xa1y\x02\xc4\x02zz\xa2id\xa3"
              "abc"s) == SignalId{"abc"});
  CHECK(id_in("\xde\x00\x01\xd9\x02id\xda\x00\x03"
              "abc"s) == SignalId{"abc"});
  CHECK(id_in("\x83\x05\x06\xcb"
              "12345678"
              "\xd8"
              "x1234567812345678"
              "\xa2id\xa1z"s) == SignalId{"z"});
}

TEST_CASE("what is no id, or lies inside something else, is none", "[codec]") {
  CHECK(id_in("").empty());
  CHECK(id_in("\xc0"s).empty());
  CHECK(id_in("\x80"s).empty());
  CHECK(id_in("\x92\xa2id\xa1z"s).empty());           // a list
  CHECK(id_in("\x81\xa1x\x81\xa2id\xa1z"s).empty());  // of another map
  CHECK(id_in("\x81\xa2id\x07"s).empty());            // a number
  CHECK(id_in("\x81\xa2id\xa0"s).empty());            // nothing
  CHECK(id_in("\x81\xa2id\xa3"
              "a\nb"s)
            .empty());                                                // no printable text
  CHECK(id_in("\x81\xa2id\xd9\x41" + std::string(65, 'a')).empty());  // too long
  CHECK(id_in("\x81\xa2id\xa5"
              "abc"s)
            .empty());                                                // cut off
  CHECK(id_in("\x82\xa1x\xdf\xff\xff\xff\xff\xa2id\xa1z"s).empty());  // more than there is
  CHECK(id_in("\x82\xa1x\xc1\xa2id\xa1z"s).empty());
}

TEST_CASE("any bytes are taken", "[codec]") {
  std::mt19937 random{20240809};
  const auto good = order();
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = good.substr(0, random() % (good.size() + 1));
    for (unsigned n = random() % 4; n > 0 && !bytes.empty(); --n)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto id = id_in(bytes);
    CHECK(id.size() <= SignalId::capacity);
  }
}
