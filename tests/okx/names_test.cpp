#include "connectors/okx/algo_book.hpp"
#include "tests/okx/words.hpp"

using namespace signalbox;
using namespace signalbox::okx;

TEST_CASE("the venue's numbers and what kind of order they are of", "[okx][names]") {
  CHECK(algo_id("12").view() == "algo-12");
  CHECK(algo_id("12", true).view() == "algo-12-tp");
  CHECK(attached_id("12", false).view() == "12-sl");
  struct Row {
    std::string text;
    VenueNumber::Kind kind;
    bool is_target;
  };
  for (const auto& row :
       {Row{"12", VenueNumber::Kind::plain, false}, Row{"algo-12", VenueNumber::Kind::algo, false},
        Row{"algo-12-tp", VenueNumber::Kind::algo, true},
        Row{"12-sl", VenueNumber::Kind::attached, false},
        Row{"12-tp", VenueNumber::Kind::attached, true}}) {
    INFO(row.text);
    const auto parsed = parse_venue_id(row.text);
    REQUIRE(parsed);
    CHECK(parsed->kind == row.kind);
    CHECK(parsed->is_target == row.is_target);
    CHECK(parsed->number == "12");
  }
  for (const auto* text :
       {"", "algo-", "algo-1x", "-tp", "12-", "algo-12-sl", "1 2", "1111111111111111111111111"})
    CHECK_FALSE(parse_venue_id(text));
}

TEST_CASE("a pair's name tells both of its legs", "[okx][names]") {
  const LegIds pair{id_of(3, '1'), id_of(12, 'l')};
  const auto name = algo_client_id(pair);
  REQUIRE(name);
  CHECK(name->size() == 22);
  CHECK(is_client_id(*name));
  const auto back = parse_algo_client_id(*name);
  REQUIRE(back);
  CHECK(back->stop == pair.stop);
  CHECK(back->target == pair.target);
  const auto alone = parse_algo_client_id(id_of(3, '1').view());
  REQUIRE(alone);
  CHECK(alone->stop == id_of(3, '1'));
  CHECK(alone->target.empty());
  CHECK_FALSE(algo_client_id({id_of(3, '1'), ClientOrderId{"zz01h45h0fs1g0k000"}}));
  for (const auto* text : {"", "somebody", "bk01h45h0fs1g00000k00", "bk01h45h0fs1g00000k0000",
                           "bk01h45h0fs1g00000????"})
    CHECK_FALSE(parse_algo_client_id(text));
}

TEST_CASE("what an algo order made when it fired is a leg of ours", "[okx][names]") {
  AlgoBook book;
  PlaceOrders pair;
  pair.linkage = Linkage::one_cancels_other;
  pair.orders.push_back(stop(Side::sell, "1"_q, "60000"_p));
  pair.orders.push_back(target(Side::sell, "1"_q, "70000"_p));
  book.expect(pair, 0);
  // Before the venue has answered, by the name alone.
  auto found = book.find(target_id, {});
  CHECK(found.is_certain);
  CHECK(found.ref.is_algo);
  CHECK(found.ref.number.empty());
  CHECK(found.ref.client_id == "bk01h45h0fs1g00000k000");
  book.named(stop_id, "77");
  CHECK(book.find(target_id, algo_id("77", true)).ref.number == "77");

  PlainRow child;
  child.order.key = {0, plain_id("5")};
  child.order.report.venue_id = child.order.key.id;
  child.order.report.kind = OrderKind::market;
  child.algo = "77";
  child.legs = LegIds{stop_id, target_id};
  kit::FillRow fill;
  fill.report.price =
      GENERATE(as<std::string>{}, "60010", "69990") == "60010" ? "60010"_p : "69990"_p;
  child.fill = fill;
  book.adopt(child);
  const bool by_stop = fill.report.price < "65000"_p;
  CHECK(child.order.report.id == (by_stop ? stop_id : target_id));
  CHECK(child.fill->report.id == child.order.report.id);
  CHECK(book.leg_of_child("5") == child.order.report.id);
}

TEST_CASE("the algo book forgets the oldest", "[okx][names][I9]") {
  AlgoBook book;
  for (std::size_t i = 0; i < AlgoBook::algos_max + 10; ++i) {
    AlgoRow row;
    row.number = std::to_string(i + 1);
    book.learn(row);
  }
  CHECK_FALSE(book.by_number("1"));
  CHECK_FALSE(book.by_number("10"));
  CHECK(book.by_number("11"));
}

TEST_CASE("a pair is cancelled as a pair, and what it made alone once it has fired",
          "[okx][names]") {
  AlgoBook book;
  AlgoRow row;
  row.number = "77";
  row.client_id = "bk01h45h0fs1g00000k000";
  row.ids = {stop_id, target_id};
  row.is_pair = true;
  row.children = {"5"};  // the target rests in the book
  book.learn(row);
  auto found = book.find_to_cancel(target_id, plain_id("5"));
  CHECK(found.ref.is_algo);
  CHECK(found.ref.number == "77");
  // Asked for, it is the plain order that is meant.
  CHECK_FALSE(book.find(target_id, plain_id("5")).ref.is_algo);

  row.fired = true;
  row.fired_target = true;
  book.learn(row);
  found = book.find_to_cancel(target_id, algo_id("77", true));
  CHECK_FALSE(found.ref.is_algo);
  CHECK(found.ref.number == "5");
}
