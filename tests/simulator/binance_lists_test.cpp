#include "tests/simulator/venue_client.hpp"

using namespace signalbox;
using namespace signalbox::simulator;
using namespace signalbox::simulator::test;

namespace {

const std::string oco =
    "symbol=BTCUSDT&side=SELL&quantity=2&aboveType=LIMIT_MAKER&abovePrice=110"
    "&aboveClientOrderId=tp&belowType=STOP_LOSS&belowStopPrice=90&belowClientOrderId=sl"
    "&listClientOrderId=pair";
const std::string otoco =
    "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingQuantity=7&workingPrice=101"
    "&workingTimeInForce=GTC&workingClientOrderId=in&pendingSide=SELL&pendingQuantity=6.9"
    "&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=110&pendingAboveClientOrderId=tp"
    "&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=90&pendingBelowClientOrderId=sl";

}  // namespace

TEST_CASE("a pair is placed, seen and cancelled as one", "[binance][lists]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  const auto placed = desk.call("POST", "/api/v3/orderList/oco", oco);
  REQUIRE(placed.status == 200);
  const auto& j = placed.json;
  CHECK(j["/contingencyType"] == "OCO");
  CHECK(j["/listStatusType"] == "EXEC_STARTED");
  CHECK(j["/listOrderStatus"] == "EXECUTING");
  CHECK(j["/listClientOrderId"] == "pair");
  CHECK(j["/orders/0/clientOrderId"] == "sl");
  CHECK(j["/orderReports/0/type"] == "STOP_LOSS");
  CHECK(j["/orderReports/0/workingTime"] == "-1");
  CHECK(j["/orderReports/1/type"] == "LIMIT_MAKER");
  CHECK(j["/orderReports/1/status"] == "NEW");
  CHECK(placed.header("X-MBX-ORDER-COUNT-10S") == "2");
  CHECK(desk.events(stream, "listStatus").size() == 1);

  CHECK(desk.call("GET", "/api/v3/openOrderList").json.size() == 1);
  CHECK(desk.call("GET", "/api/v3/orderList", "origClientOrderId=pair").json.size("/orders") == 2);
  CHECK(desk.call("GET", "/api/v3/orderList", "orderListId=5").json["/code"] == "-2018");

  SECTION("by one of its orders") {
    const auto said = desk.call("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=sl");
    CHECK(said.json["/origClientOrderId"] == "sl");
  }
  SECTION("by its own id") {
    const auto said =
        desk.call("DELETE", "/api/v3/orderList", "symbol=BTCUSDT&listClientOrderId=pair").json;
    CHECK(said["/listOrderStatus"] == "ALL_DONE");
    CHECK(said.size("/orderReports") == 2);
  }
  SECTION("with everything else") {
    desk.place("side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=98");
    const auto said = desk.call("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT").json;
    REQUIRE(said.size() == 2);
    CHECK(said["/0/contingencyType"] == "OCO");
    CHECK(said["/1/status"] == "CANCELED");
  }
  CHECK(desk.call("DELETE", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=tp").json["/code"] ==
        "-2011");
  CHECK(desk.call("GET", "/api/v3/openOrderList").json.size() == 0);
  const auto lists = desk.events(stream, "listStatus");
  CHECK(lists.back()["/event/l"] == "ALL_DONE");
  CHECK(lists.back()["/event/L"] == "ALL_DONE");
}

TEST_CASE("when the stop of a pair fires, the events tell it in order", "[binance][lists]") {
  VenueClient desk;
  desk.call("POST", "/api/v3/orderList/oco", oco);
  const auto stream = desk.user_stream();
  desk.move_to("90");
  std::vector<std::string> story;
  for (const auto& e : desk.events(stream))
    story.push_back(e["/event/e"] == "executionReport"
                        ? e["/event/c"] + " " + e["/event/x"] + " " + e["/event/X"]
                        : e["/event/e"]);
  CHECK(story == std::vector<std::string>{"tp EXPIRED EXPIRED", "sl NEW NEW", "sl TRADE FILLED",
                                          "listStatus", "outboundAccountPosition"});
  CHECK(desk.events(stream)[0]["/event/eR"] == "OCO_TRIGGER");
  CHECK(desk.events(stream)[1]["/event/w"] == "true");
}

TEST_CASE("held legs are PENDING_NEW until the entry is full", "[binance][lists]") {
  VenueClient desk;
  const auto said = desk.call("POST", "/api/v3/orderList/otoco", otoco).json;
  CHECK(said["/contingencyType"] == "OTO");
  CHECK(said["/orderReports/0/status"] == "PARTIALLY_FILLED");
  CHECK(said["/orderReports/1/status"] == "PENDING_NEW");
  CHECK(said["/orderReports/2/status"] == "PENDING_NEW");
  CHECK(desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=sl").json["/status"] ==
        "PENDING_NEW");

  desk.top("99", "5", "101", "5");
  CHECK(desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=sl").json["/status"] ==
        "NEW");
  CHECK(
      desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=tp").json["/isWorking"] ==
      "true");
}

TEST_CASE("an entry that fills at once still answers with held legs", "[binance][lists]") {
  VenueClient desk;
  auto quick = otoco;
  quick.replace(quick.find("workingQuantity=7"), 17, "workingQuantity=2");
  quick.replace(quick.find("pendingQuantity=6.9"), 19, "pendingQuantity=1.9");
  const auto said = desk.call("POST", "/api/v3/orderList/otoco", quick).json;
  CHECK(said["/orderReports/0/status"] == "FILLED");
  CHECK(said["/orderReports/1/status"] == "PENDING_NEW");
  CHECK(said["/listOrderStatus"] == "EXECUTING");
  CHECK(desk.call("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=sl").json["/status"] ==
        "NEW");
}

TEST_CASE("legs refused when their time comes expire with a reason", "[binance][lists]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  desk.exchange.engine.deposit(AccountId{0}, Asset{"BTC"}, Decimal{-10}, desk.now);
  auto greedy = otoco;
  greedy.replace(greedy.find("workingQuantity=7"), 17, "workingQuantity=2");
  greedy.replace(greedy.find("pendingQuantity=6.9"), 19, "pendingQuantity=2");
  desk.call("POST", "/api/v3/orderList/otoco", greedy);
  const auto last = desk.events(stream, "executionReport").back();
  CHECK(last["/event/x"] == "EXPIRED");
  CHECK(last["/event/eR"] == "REJECTED");
  CHECK(desk.events(stream, "listStatus").back()["/event/l"] == "ALL_DONE");
}

TEST_CASE("an entry that must fill at once and cannot takes its legs along", "[binance][lists]") {
  VenueClient desk;
  const auto stream = desk.user_stream();
  auto kill = otoco;
  kill.replace(kill.find("workingTimeInForce=GTC"), 22, "workingTimeInForce=FOK");
  desk.call("POST", "/api/v3/orderList/otoco", kill);
  const auto reports = desk.events(stream, "executionReport");
  REQUIRE(reports.size() == 6);
  CHECK(reports[3]["/event/eR"] == "UNFILLED_FOK_ORDER_EXPIRED");
  CHECK(reports[4]["/event/eR"] == "OTO_PHASE_ONE_EXPIRED");
  CHECK(reports[5]["/event/eR"] == "OTO_PHASE_ONE_EXPIRED");
}

TEST_CASE("lists the venue would not take are refused by its codes", "[binance][lists]") {
  VenueClient desk;
  const auto with = [&](std::string list, const std::string& from, const std::string& to,
                        const std::string& kind) {
    list.replace(list.find(from), from.size(), to);
    return desk.call("POST", "/api/v3/orderList/" + kind, list).json["/code"];
  };
  CHECK(with(oco, "aboveType=LIMIT_MAKER", "aboveType=LIMIT&aboveTimeInForce=GTC", "oco") ==
        "-1158");
  CHECK(with(oco, "belowType=STOP_LOSS&belowStopPrice=90", "belowType=LIMIT_MAKER&belowPrice=90",
             "oco") == "-1168");
  CHECK(with(oco, "aboveType=LIMIT_MAKER&abovePrice=110", "aboveType=STOP_LOSS&aboveStopPrice=110",
             "oco") == "-1197");
  CHECK(with(oco, "side=SELL", "side=BUY", "oco") == "-1196");
  CHECK(with(oco, "belowStopPrice=90", "belowStopPrice=90&belowPrice=89", "oco") == "-1106");
  CHECK(with(oco, "belowStopPrice=90", "belowStopPrice=105", "oco") == "-2010");
  CHECK(with(otoco, "workingType=LIMIT&", "workingType=MARKET&", "otoco") != "(none)");
  CHECK(with(otoco, "pendingQuantity=6.9", "pendingQuantity=6.90001", "otoco") == "-1013");
  CHECK(desk.exchange.engine.orders().all().empty());
}
