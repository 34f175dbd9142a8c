#include "connectors/binance/streams.hpp"

#include <algorithm>

#include "connectors/binance/execution_report.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::binance {
namespace {

constexpr std::size_t list_members_max = 8;
constexpr std::size_t balances_max = 2000;  // in one event

tl::unexpected<Error> bad(std::string_view what) {
  return failed(Fault::bad_input, "frame: " + std::string{what});
}

Result<void> read_order(const JsonObject& event, const Markets& markets, UserFrame& to) {
  ExecutionReport report;
  if (auto read = report.read(event); !read) return read;
  auto row = report.row(markets);
  if (!row && row.error().fault == Fault::not_found) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  if (!row) return pass(row);
  auto fill = report.fill(*row);
  if (!fill) return pass(fill);
  to.kind = UserFrame::Kind::order;
  to.order = *row;
  to.fill = *fill;
  return {};
}

Result<void> read_list(const JsonObject& event, const Markets& markets, UserFrame& to) {
  const auto wire = json_text(event, "s");
  const auto number = json_integer(event, "g");
  const auto state = json_text(event, "L");
  if (!wire) return pass(wire);
  if (!number) return pass(number);
  if (!state) return pass(state);
  const auto* market = markets.find_wire(*wire);
  if (!market) {
    to.kind = UserFrame::Kind::foreign;
    return {};
  }
  to.kind = UserFrame::Kind::list;
  to.list.symbol = market->instrument.symbol;
  to.list.number = *number;
  to.list.ended = *state == "ALL_DONE" || *state == "REJECT";
  to.list.rejected = *state == "REJECT";
  auto members = json_array(event, "O");
  if (!members) return pass(members);
  for (const auto element : *members) {
    const auto member = element.object();
    if (!member || to.list.members.size() == list_members_max) return bad("listStatus: members");
    const auto id = json_integer(*member, "i");
    if (!id) return pass(id);
    to.list.members.push_back({market->index, venue_order_id(*id)});
  }
  return {};
}

Result<void> read_balances(const JsonObject& event, UserFrame& to) {
  auto balances = json_array(event, "B");
  if (!balances) return pass(balances);
  to.kind = UserFrame::Kind::balances;
  for (const auto element : *balances) {
    const auto one = element.object();
    if (!one || to.balances.size() == balances_max) return bad("outboundAccountPosition: balances");
    const auto asset = json_text(*one, "a");
    const auto free = amount(*one, "f");
    const auto locked = amount(*one, "l");
    if (!asset) return pass(asset);
    if (!free) return pass(free);
    if (!locked) return pass(locked);
    if (Asset::fits(*asset))
      to.balances.push_back({Asset{*asset}, Quantity{*free}, Quantity{*locked}});
  }
  return {};
}

Result<void> read_event(const JsonObject& event, const Markets& markets, UserFrame& to) {
  const auto name = json_text(event, "e");
  if (!name) return pass(name);
  if (*name == "executionReport") return read_order(event, markets, to);
  if (*name == "listStatus") return read_list(event, markets, to);
  if (*name == "outboundAccountPosition") return read_balances(event, to);
  if (*name == "serverShutdown" || *name == "eventStreamTerminated")
    to.kind = UserFrame::Kind::ended;
  return {};
}

Result<void> read_answer(const JsonObject& root, UserFrame& to) {
  auto answer = read_api_answer(root);
  if (!answer) return pass(answer);
  to.kind = UserFrame::Kind::answer;
  to.answer = std::move(*answer);
  return {};
}

}  // namespace

FrameReader::FrameReader(const Markets& markets)
    : markets_(markets), json_(std::make_unique<JsonReader>()) {}
FrameReader::~FrameReader() = default;

Result<UserFrame> FrameReader::user(std::string_view frame) {
  auto root = json_->object(frame);
  if (!root) return pass(root);
  UserFrame read;
  Result<void> done;
  if (auto event = json_object(*root, "event"))
    done = read_event(*event, markets_, read);
  else if (json_text(*root, "e"))
    done = read_event(*root, markets_, read);
  else
    done = read_answer(*root, read);
  if (!done) return pass(done);
  return read;
}

Result<MarketFrame> FrameReader::market(std::string_view frame) {
  MarketFrame read;
  if (const auto book = scan_book_ticker(frame)) {
    read.kind = MarketFrame::Kind::book;
    read.book = *book;
    return read;
  }
  auto root = json_->object(frame);
  if (!root) return pass(root);
  return read_market_frame(*root);
}

}  // namespace signalbox::binance
