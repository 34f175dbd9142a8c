#include "connectors/bybit/pages.hpp"

namespace signalbox::bybit {

std::vector<OrderScope> all_scopes(const Shared& shared) {
  std::vector<OrderScope> scopes;
  bool spot = false;
  for (std::size_t i = 0; i < shared.markets.size(); ++i)
    spot = spot || shared.markets[static_cast<MarketIndex>(i)].category == Category::spot;
  if (spot) scopes.push_back({Category::spot, {}, {}});
  for (auto& coin : shared.settle_coins()) scopes.push_back({Category::linear, {}, coin});
  return scopes;
}

Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page) {
  std::vector<OrderRow> rows;
  for (const auto& fields : page.orders) {
    auto row = fields.row(shared.markets, page.category);
    if (!row && row.error().fault == Fault::not_found) continue;
    if (!row) return pass(row);
    shared.children.name(*row, fields.parent_link_id);
    rows.push_back(*row);
  }
  return rows;
}

void read_open_orders(Shared& shared, const std::vector<OrderScope>& scopes, Pages::Terms terms,
                      std::function<void(OrdersRead)> done) {
  const auto found = std::make_shared<std::vector<OrderRow>>();
  std::vector<Pages::Question> questions;
  for (const auto& scope : scopes)
    questions.push_back({.write = [&shared, scope](std::string_view cursor) -> RequestBytes {
                           return shared.writer.orders({.category = scope.category,
                                                        .name = scope.name,
                                                        .settle = scope.settle,
                                                        .limit = orders_page_max,
                                                        .cursor = cursor},
                                                       shared.venue_now());
                         },
                         .take = [&shared, found](std::string_view body) -> Result<std::string> {
                           auto page = shared.answers.orders(body);
                           if (!page) return pass(page);
                           const auto rows = rows_of(shared, *page);
                           if (!rows) return pass(rows);
                           if (found->size() + rows->size() > answer_items_max)
                             return failed(Fault::full, "too many open orders");
                           found->insert(found->end(), rows->begin(), rows->end());
                           return page->orders.empty() ? std::string{} : page->cursor;
                         }});
  Pages::ask(shared, std::move(questions), terms,
             [found, done = std::move(done)](const Verdict& verdict, MonoTime asked) {
               if (!verdict.is_good()) found->clear();
               done({verdict, std::move(*found), asked});
             });
}

}  // namespace signalbox::bybit
