#include "simulation/world.hpp"

#include <caf/send.hpp>
#include <cstring>

#include "actors/messages.hpp"
#include "actors/recorder.hpp"
#include "actors/shard.hpp"
#include "app/command_desk.hpp"
#include "app/portfolio.hpp"
#include "journal/memory_journal.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/to_text.hpp"
#include "simulation/process.hpp"
#include "simulation/trace.hpp"
#include "tests/support/stage.hpp"

namespace signalbox::simulation {
namespace {

constexpr Duration refused_commit_again = std::chrono::milliseconds{100};

/// The exchange's own clock, which the host's jumps do not touch.
class VenueClock final : public Clock {
 public:
  explicit VenueClock(const test::VirtualClock& host) : host_(host), start_(host.wall()) {}
  MonoTime mono() const override { return host_.mono(); }
  WallTime wall() const override { return start_ + host_.mono().time_since_epoch(); }

 private:
  const test::VirtualClock& host_;
  WallTime start_;
};

RiskLimits risk_limits() {
  RiskLimits limits;
  limits.max_order_notional = Notional{1'000};
  limits.max_account_notional = Notional{8'000};
  limits.max_open_brackets = 10;
  limits.collar_percent = Decimal{2};
  return limits;
}

}  // namespace

struct World::Impl final : Outlet {
  Impl(World& of, const WorldSettings& chosen)
      : world(of),
        settings(chosen),
        stage(test::StageOptions{.seed = chosen.seed}),
        venue_clock(stage.clock()),
        far(make_far_side(chosen.venue, chosen.seed, chosen.owns_free_coins, venue_clock.wall())),
        network(*far, venue_clock, stage.timers(), chosen.seed, chosen.latency),
        account(*far->engine().find_account(AccountName{account_name})),
        pauses(std::make_shared<kit::PauseMemory>()),
        portfolio(accounts()) {
    network.on_bytes = [this](std::string_view way, std::string_view bytes) {
      secrets.on_wire(way, bytes, stage.clock().mono());
      if (way == "sent" || way == "frame sent") secrets.sent(bytes);
      trace.add(way);
      trace.add(bytes);
      if (world.on_line) world.on_line(way, bytes);
    };
  }
  ~Impl() override {
    die();
    bury();
  }

  std::vector<AccountInfo> accounts() const {
    return {{.account = AccountName{account_name}, .exchange = far->venue()}};
  }

  /// What an operator's log would show.
  void log(const std::string& line) {
    look_for_secret("a line of the log", line);
    if (world.on_line) world.on_line("host", line);
  }

  void look_for_secret(std::string_view where, std::string_view bytes) {
    secrets.told(where, bytes, stage.clock().mono());
  }

  // ---- the process ----

  bool start() {
    auto opened =
        MemoryJournal::open(disk, {.book = Book{book},
                                   .commit = MemoryJournalConfig::Commit::on_demand,
                                   .ring_bytes = 128 * 1024,
                                   .power_was_lost = std::exchange(power_was_lost, false)});
    if (!opened) return not_started(opened.error().what);
    journal = std::move(*opened);
    mortal = std::make_unique<MortalJournal>(
        *journal,
        [this](std::string_view record) {
          look_for_secret("a record", record);
          commit_later(settings.commit_every);
        },
        [this] { die(); }, [this](HotActor who, bool done) { act(who, done); });
    network.process_started();
    throws = false;
    defect.reset();
    portfolio = Portfolio{accounts()};
    desk = std::make_unique<CommandDesk>(desk_wiring());
    desk->set_road([this](const Peer& peer, std::string_view type, std::string_view body) {
      take_reply(peer, type, body);
    });
    ShardSetup setup{
        .accounts = {account_setup()},
        .max_total_notional = {},
        .durability = settings.durable_against_power_loss ? Durability::power : Durability::process,
        .on_defect =
            [this](const std::string& why) {
              log(why);
              desk->shard_lost();
            },
        .on_rebuilt =
            [this](const Shard& rebuilt) {
              if (!lives) return;
              shard = rebuilt;
              desk->set_shard(rebuilt);
              portfolio.begin_again();
            },
        .on_broken =
            [this](const std::string& why) {
              log("broken: " + why);
              die();
            }};
    remember_commands();
    lives = true;
    auto started = start_shard(stage.system(), nullptr, std::move(setup),
                               ShardSeams{*mortal, stage.clock(), stage.random(), *this});
    if (!started) {
      lives = false;
      return not_started(started.error().what);
    }
    shard = *started;
    desk->set_shard(shard);
    stage.run();
    return true;
  }

  bool not_started(const std::string& why) {
    why_not = why;
    look_for_secret("a line of the log", why);
    desk.reset();
    mortal.reset();
    journal.reset();
    return false;
  }

  AccountSetup account_setup() {
    return {.account = AccountName{account_name},
            .venue = far->venue(),
            .testnet = true,
            .limits = risk_limits(),
            .cover = {},
            .symbols = {far->facts().symbol},
            .capabilities = far->capabilities(),
            .make_venue = [this] { return make_venue(); }};
  }

  std::unique_ptr<Venue> make_venue() {
    const FarSide::Wires wires{[this](HttpSink& sink) { return network.lane(sink); },
                               [this](WsSink& sink) { return network.stream(sink); }};
    return std::make_unique<FragileVenue>(
        far->connect(wires, stage.clock(), stage.timers(), stage.random(), pauses), throws, [this] {
          if (world.on_throw) world.on_throw();
        });
  }

  void die() {
    if (!lives) return;
    lives = false;
    if (mortal) mortal->die();
    network.process_died();
    if (world.on_line) world.on_line("host", "the process is dead");
  }

  void bury() {
    if (!mortal) return;
    for (const auto& actor :
         {shard.keeper, shard.connections, shard.risk, shard.brackets, shard.orders})
      if (actor) stage.stop(actor);
    shard = {};
    desk.reset();
    stage.timers().cancel(commit_timer);
    commit_timer = TimerId::none;
    mortal.reset();
    journal.reset();
    pauses = std::make_shared<kit::PauseMemory>();  // without a file here: docs/reliability.md
  }

  /// The planned defect, when its time has come.
  void act(HotActor who, bool done) {
    if (!lives || !defect || defect->in != who || defect->after != done) return;
    if (--defect->left != 0) return;
    const auto comes = *std::exchange(defect, std::nullopt);
    const auto since = stage.clock().mono();
    if (comes.takes > Duration{}) stage.stall(comes.takes);
    if (world.on_defect) world.on_defect(since);
    if (comes.takes == Duration{}) throw std::runtime_error("a planned defect");
  }

  // ---- the host ----

  void commit_later(Duration after) {
    if (commit_timer != TimerId::none || stalled) return;
    commit_timer = stage.timers().at(stage.clock().mono() + after, [this] {
      commit_timer = TimerId::none;
      if (!lives || stalled) return;
      if (!journal->commit()) commit_later(refused_commit_again);
    });
  }

  // ---- the bus ----

  CommandDesk::Wiring desk_wiring() {
    return {.shard = {},
            .accounts = accounts(),
            .clock = stage.clock(),
            .ask_cold = [this](const ColdQuery& query, ClientToken client) { cold(query, client); },
            .claimed = [this](const AccountName& name,
                              bool yes) { portfolio.set_initialised(name, yes); },
            .name_orders =
                [this](OrdersAnswer answer, ClientToken client) {
                  portfolio.name(answer.orders);
                  desk->reply(client, answer);
                },
            .refused = [](const Refused&) {},
            .done =
                [this](const CommandDoneRecord& done) {
                  static_cast<void>(Recorder{*mortal, stage.clock()}.record(
                      done.account, RecordType::command_done, done, RecordUse::entry));
                }};
  }

  /// Commands that were done before this start are answered, not done again.
  void remember_commands() {
    static_cast<void>(mortal->replay([this](const RecordView& record) -> Result<void> {
      if (record.kind != static_cast<RecordKind>(RecordType::command_done)) return {};
      const auto done = decode<CommandDoneRecord>(
          {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()});
      if (done) desk->remember(*done);
      return {};
    }));
  }

  void cold(const ColdQuery& query, ClientToken client) {
    if (const auto* snapshot = std::get_if<Snapshot>(&query))
      desk->reply(client, SnapshotAnswer{.id = snapshot->id,
                                         .accounts = portfolio.accounts(),
                                         .brackets = portfolio.brackets(),
                                         .orders = portfolio.orders(),
                                         .sequences = {}});
    else
      std::visit(
          [&](const auto& q) {
            desk->reply(client, Refused{.id = q.id, .reason = Reason::not_found});
          },
          query);
  }

  void publish(const Event& event) override {
    if (!lives) return;
    act(actor_of(event), false);
    std::visit([this](const auto& e) { look_for_secret("an event", encoded(e)); }, event);
    portfolio.apply(event);
    published.push_back({stage.clock().mono(), event});
    if (world.on_line)
      std::visit([this](const auto& e) { world.on_line("event", to_text(e)); }, event);
    act(actor_of(event), true);
  }
  void tick(const AccountName&, const Tick&) override {}
  void reply(ClientToken to, const Reply& reply) override {
    if (lives && desk) desk->reply(to, reply);
  }

  void take_reply(const Peer& peer, std::string_view type, std::string_view body) {
    if (!lives) return;
    trace.add(body);
    look_for_secret("a reply", body);
    with_type(answers, type, [&](const auto& listed) {
      using T = typename std::remove_cvref_t<decltype(listed)>::Message;
      if (auto decoded = decode<T>(body)) {
        if (world.on_line) world.on_line("reply", to_text(*decoded));
        heard.push_back({stage.clock().mono(), peer.slot, std::move(*decoded)});
      }
    });
  }

  void command(std::uint32_t client, std::string_view type, std::string_view body) {
    if (!lives) return;
    const std::array<std::string_view, 3> frames{bus_magic, type, body};
    const auto opened = open_envelope({frames, frames.size()}, 64 * 1024);
    const Peer peer{client, 1, 0};
    if (!opened.envelope) {
      const auto said = CommandDesk::on_malformed(opened.envelope.error());
      take_reply(peer, said.type, said.body);
      return;
    }
    desk->on_command({peer, opened.envelope->type, opened.envelope->body});
    stage.run();
  }

  World& world;
  WorldSettings settings;
  test::Stage stage;
  VenueClock venue_clock;
  std::unique_ptr<FarSide> far;
  Network network;
  simulator::AccountId account;
  Disk disk;
  Trace trace;
  std::shared_ptr<kit::PauseMemory> pauses;
  Portfolio portfolio;
  std::unique_ptr<MemoryJournal> journal;
  std::unique_ptr<MortalJournal> mortal;
  std::unique_ptr<CommandDesk> desk;
  Shard shard;
  std::vector<Heard> heard;
  std::vector<Published> published;
  SecretWatch secrets;
  std::string why_not;
  TimerId commit_timer = TimerId::none;
  bool stalled = false;
  bool power_was_lost = false;
  bool throws = false;
  std::optional<PlannedDefect> defect;
  bool lives = false;
};

World::World(const WorldSettings& settings) : impl_(std::make_unique<Impl>(*this, settings)) {
  move_market(Price{start_price}, Quantity{100});
}
World::~World() {
  on_line = {};
  on_throw = {};
  on_defect = {};
}

void World::pass(Duration time) { impl_->stage.pass(time); }
MonoTime World::now() const { return impl_->stage.clock().mono(); }
WallTime World::host_time() const { return impl_->stage.clock().wall(); }
WallTime World::venue_time() const { return impl_->venue_clock.wall(); }

bool World::lives() const { return impl_->lives; }
bool World::start() { return impl_->start(); }
const std::string& World::why_not_started() const { return impl_->why_not; }
void World::die_after(std::uint64_t records) {
  if (impl_->mortal) impl_->mortal->die_after(records);
}
void World::die_now() { impl_->die(); }
void World::bury() { impl_->bury(); }
void World::throw_in_connection() { impl_->throws = true; }
void World::plan_defect(const PlannedDefect& defect) {
  impl_->defect = defect.in == HotActor::none ? std::nullopt : std::optional{defect};
}

void World::jump_clock(Duration by) { impl_->stage.clock().step_wall(by); }
void World::refuse_sync(bool refuse) { impl_->disk.refuse_sync(refuse); }
void World::stall_commits(bool stall) {
  impl_->stalled = stall;
  if (!stall && impl_->lives) impl_->commit_later(Duration{});
}
void World::lose_power(std::size_t kept) {
  impl_->disk.lose_power(kept);
  impl_->power_was_lost = true;
}

void World::command(std::uint32_t client, std::string_view type, std::string_view body) {
  impl_->command(client, type, body);
}
const std::vector<Heard>& World::heard() const { return impl_->heard; }
const std::vector<Published>& World::published() const { return impl_->published; }

void World::move_market(Price price, Quantity quantity) {
  impl_->far->move(price, quantity, impl_->venue_clock.wall());
}
Price World::market_price() const { return impl_->far->engine().last(simulator::MarketId{0}); }

std::uint64_t World::trace_hash() const {
  return impl_->trace.value() ^ impl_->stage.trace_hash() * 0x9e3779b97f4a7c15ULL;
}
FarSide& World::far() { return *impl_->far; }
const std::vector<SecretWatch::Seen>& World::secrets_seen() const { return impl_->secrets.seen(); }
Network& World::network() { return impl_->network; }
simulator::AccountId World::account() const { return impl_->account; }
std::size_t World::records_written() const {
  return impl_->mortal ? static_cast<std::size_t>(impl_->mortal->written()) : 0;
}

}  // namespace signalbox::simulation
