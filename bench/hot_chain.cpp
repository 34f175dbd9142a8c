#include "bench/hot_chain.hpp"

#include <stdexcept>

#include "actors/messages.hpp"
#include "actors/runtime/link.hpp"
#include "actors/runtime/runtime.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "actors/shard.hpp"
#include "app/system_random.hpp"
#include "bench/allocations.hpp"

namespace signalbox::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t no_limit = 1'000'000'000;
constexpr std::uint16_t slots_max = 65'000;
constexpr Duration ready_within = 5s;
const Symbol btc_usdt{"BTC/USDT"};

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

class CountingJournal final : public Journal {
 public:
  Result<LogNumber> append(const AccountName&, RecordKind, WallTime, std::span<const std::byte>,
                           RecordUse) override {
    return LogNumber{++last_};
  }
  void on_committed(std::function<void(LogNumber)>) override {}
  JournalHealth health() const override { return {}; }
  Epoch epoch() const override { return Epoch{1}; }
  const Book& book() const override { return book_; }
  bool ring_was_intact() const override { return true; }
  Result<void> replay(const std::function<Result<void>(const RecordView&)>&) override { return {}; }
  Result<void> flush(Duration) override { return {}; }

 private:
  std::uint64_t last_ = 0;
  Book book_{"bnch"};
};

struct NoOutlet final : Outlet {
  void publish(const Event&) override {}
  void tick(const AccountName&, const Tick&) override {}
  void reply(ClientToken, const Reply&) override {}
};

Instrument instrument() {
  Instrument i;
  i.symbol = btc_usdt;
  i.base = Asset{"BTC"};
  i.quote = Asset{"USDT"};
  i.tick_size = Price{number("0.01")};
  i.lot_size = Quantity{number("0.00001")};
  i.quantity_min = Quantity{number("0.00001")};
  i.quantity_max = Quantity{9'000};
  i.market_quantity_max = Quantity{100};
  i.notional_min = Notional{5};
  i.notional_max = Notional{9'000'000};
  i.buy_band_up = i.sell_band_up = number("5");
  i.buy_band_down = i.sell_band_down = number("0.2");
  i.orders_max = slots_max;
  i.conditional_orders_max = slots_max;
  i.taker_fee = number("0.001");
  i.fee_in_base = true;
  return i;
}

Capabilities facts() {
  Capabilities c;
  c.venue = VenueName{"null"};
  c.live_ids_unique = true;
  c.cancels_siblings = true;
  for (const auto entry : {EntryType::market, EntryType::limit}) {
    TierFacts f;
    f.market = MarketKind::spot;
    f.entry = entry;
    f.tier = Tier::resting;
    f.evidence = Text<120>{"a venue of the bench"};
    f.covers_partial = f.both_legs = f.survives_engine = true;
    f.exits_hold_balance = f.pairs = true;
    c.tiers.push_back(f);
  }
  return c;
}

/// Notes when it is called. Entries are refused or left working, later and from the loop.
class NullVenue final : public Venue {
 public:
  NullVenue(Loop& loop, const Clock& clock) : loop_(loop), clock_(clock) {}

  const Capabilities& capabilities() const override { return capabilities_; }
  void start(VenueSink& sink) override {
    sink_ = &sink;
    loop_.post([this] {
      sink_->on(InstrumentsReport{.instruments = {instrument()}});
      sink_->on(LinkReport{.state = LinkState::ready});
    });
  }
  void stop() override { sink_ = nullptr; }

  void place(const PlaceOrders& orders, MonoTime) override {
    placed_at = clock_.mono();
    allocations = allocations_here();
    ++placed;
    last_ = orders;
  }
  /// What became of the last entry.
  void answer(HotChain::Entry then) {
    const bool keep = then == HotChain::Entry::working;
    WriteResult result{.request = last_.request};
    result.outcome = keep ? Outcome::accepted : Outcome::refused;
    result.refusal = keep ? Refusal::none : Refusal::price_band;
    if (keep) {
      const auto& order = last_.orders[0];
      result.orders.push_back(OrderReport{.symbol = last_.symbol,
                                          .id = order.id,
                                          .venue_id = VenueOrderId{std::to_string(placed)},
                                          .status = OrderStatus::working,
                                          .side = order.side,
                                          .kind = order.kind,
                                          .quantity = order.quantity,
                                          .price = order.price});
    }
    sink_->on(result);
  }
  void tick() { sink_->on(top()); }

  void amend(const AmendOrder&, MonoTime) override {}
  void cancel(const CancelOrder&, MonoTime) override {}
  void query(const QueryOrder&, MonoTime) override {}
  void query(const QueryOpenOrders& q, MonoTime) override { give<OrderReport>(q.request, {}); }
  void query(const QueryFills& q, MonoTime) override { give<FillReport>(q.request, {}); }
  void query(const QueryBalances& q, MonoTime) override {
    give<Balance>(q.request, {Balance{Asset{"USDT"}, Quantity{1'000'000'000'000}, {}}});
  }
  void query(const QueryPositions&, MonoTime) override {}
  void query(const QueryTicker& q, MonoTime) override { give<Tick>(q.request, {top()}); }
  void subscribe(const SubscribeTicker& s, MonoTime) override { give<Tick>(s.request, {top()}); }

  MonoTime placed_at{};
  std::size_t allocations = 0;
  unsigned placed = 0;

 private:
  Tick top() const {
    return {btc_usdt, Price{60'000}, Quantity{100}, Price{60'001}, Quantity{100}, clock_.wall()};
  }
  template <class Item>
  void give(RequestId request, std::vector<Item> items) {
    loop_.post([this, request, items = std::move(items)]() mutable {
      QueryResult<Item> result;
      result.request = request;
      result.outcome = Outcome::accepted;
      result.items = std::move(items);
      if (sink_ != nullptr) sink_->on(result);
    });
  }

  Loop& loop_;
  const Clock& clock_;
  Capabilities capabilities_ = facts();
  VenueSink* sink_ = nullptr;
  PlaceOrders last_;
};

}  // namespace

struct HotChain::Impl {
  explicit Impl(Journal& journal) : journal_(journal) {
    AccountSetup account{.account = AccountName{"main"},
                         .venue = VenueName{"null"},
                         .symbols = {btc_usdt},
                         .capabilities = facts(),
                         .make_venue = [this]() -> std::unique_ptr<Venue> {
                           auto made = std::make_unique<NullVenue>(loop(), clock_);
                           venue_ = made.get();
                           return made;
                         }};
    account.limits.max_order_notional = Notional{1'000'000};
    account.limits.max_account_notional = Notional{1'000'000'000'000};
    account.limits.max_open_brackets = no_limit;
    account.limits.max_entries_per_minute = no_limit;
    ShardSetup setup{.accounts = {std::move(account)}, .max_total_notional = {}};
    auto started = start_shard(runtime_.system(), runtime_.hot(), std::move(setup),
                               ShardSeams{journal_, clock_, random_, outlet_});
    if (!started) throw std::runtime_error(started.error().what);
    shard_ = *started;
    risk_ = Link<>{shard_.risk};
    const auto until = clock_.mono() + ready_within;
    for (bool open = false; !open;) {
      if (clock_.mono() > until) throw std::runtime_error("the chain lets nothing through");
      turn();
      if (venue_ == nullptr) continue;
      submit(next_signal());
      open = venue_->placed > 0;
    }
    answer(Entry::refused);
  }
  ~Impl() {
    risk_ = Link<>{};
    shard_ = {};
    runtime_.stop();
  }

  Cost signal(Entry then) {
    if (++signals_ % 256 == 0) on_loop([this] { venue_->tick(); });
    const auto m = next_signal();
    const auto before = venue_->placed;
    const auto cost = submit(m);
    if (venue_->placed != before + 1) throw std::runtime_error("a signal was not placed");
    answer(then);
    return cost;
  }

  Loop& loop() { return runtime_.hot_loop(); }
  void turn() {
    while (loop().poll()) {
    }
  }
  template <class F>
  void on_loop(F&& work) {
    loop().post(std::forward<F>(work));
    turn();
  }

  SubmitSignal next_signal() {
    Signal s;
    s.id = SignalId{std::to_string(++ids_)};
    s.time = clock_.wall();
    s.strategy = StrategyName{"bench"};
    s.account = AccountName{"main"};
    s.symbol = btc_usdt;
    s.type = EntryType::limit;
    s.price = Price{59'999};
    s.quantity = Quantity{number("0.001")};
    s.confidence = number("0.9");
    s.stop_loss = StopLoss{.percent = Decimal{20}};
    s.take_profit = {TakeProfit{.percent = Decimal{20}}};
    return {std::move(s), false, 1};
  }

  Cost submit(const SubmitSignal& m) {
    Cost cost;
    on_loop([&] {
      const auto made = allocations_here();
      const auto called = clock_.mono();
      deliver_now(risk_, m);
      // Everything goes by direct delivery; were something queued, the time of placing would tell.
      cost = {venue_->placed_at - called, venue_->allocations - made};
    });
    return cost;
  }
  void answer(Entry then) {
    on_loop([&] { venue_->answer(then); });
  }

  SteadyClock clock_;
  SystemRandom random_;
  NoOutlet outlet_;
  Journal& journal_;
  Runtime runtime_{RuntimeOptions{.hot = {LoopOptions{.name = "hot", .external = true}}}};
  NullVenue* venue_ = nullptr;
  Shard shard_;
  Link<> risk_;
  unsigned ids_ = 0;
  unsigned signals_ = 0;
};

HotChain::HotChain(Journal& journal) : impl_(std::make_unique<Impl>(journal)) {}
HotChain::~HotChain() = default;
HotChain::Cost HotChain::signal(Entry then) { return impl_->signal(then); }

std::unique_ptr<Journal> counting_journal() { return std::make_unique<CountingJournal>(); }

}  // namespace signalbox::bench
