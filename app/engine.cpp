#include "app/engine.hpp"

#include <algorithm>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include "actors/messages.hpp"
#include "actors/recorder.hpp"
#include "actors/runtime/loop_asio.hpp"
#include "actors/runtime/runtime.hpp"
#include "actors/runtime/steady_clock.hpp"
#include "actors/story.hpp"
#include "app/command_desk.hpp"
#include "app/connection_port.hpp"
#include "app/hot_outlet.hpp"
#include "app/on_loop.hpp"
#include "app/operator_log.hpp"
#include "app/publisher.hpp"
#include "app/system_random.hpp"
#include "bus/address.hpp"
#include "bus/gatekeeper.hpp"
#include "journal/sqlite_journal.hpp"
#include "journal/sqlite_store.hpp"

namespace signalbox {
namespace {

/// Resting entries get this long to be cancelled at an orderly stop.
constexpr Duration entries_off_within = std::chrono::seconds{2};
constexpr Duration journal_flush_within = std::chrono::seconds{5};
constexpr std::size_t whys_max = 4;      // at a time
constexpr std::size_t why_page = 2'000;  // records of the journal a turn of the cold loop
// What was recorded before the question may reach the database after it: the journal's thread looks
// for records at intervals of up to 10 ms.
constexpr Duration why_looks_every = std::chrono::milliseconds{2};
constexpr Duration why_waits_max = std::chrono::seconds{1};

/// A question why, from when it is asked until it is answered.
struct WhyAsked {
  SignalId id;
  ClientToken client;
  Story story;
  LogNumber recorded;  // by then
  MonoTime until;      // for the database to have all of that
  std::optional<StoreReader> reader;
};

}  // namespace

struct Engine::Impl {
  explicit Impl(Log* to) : log(to) {}
  void broken(const std::string& why);

  EngineConfig config;
  SteadyClock clock;
  SystemRandom random;       // hot loop
  SystemRandom open_random;  // this thread
  std::unique_ptr<SqliteJournal> journal;
  std::unique_ptr<Runtime> runtime;
  std::shared_ptr<BusContext> context;
  /// Cold loop, so that handshakes keep away from trading. Held until the loops have ended:
  /// whoever lets go of it last must not be another loop.
  std::shared_ptr<Gatekeeper> gatekeeper;
  OperatorLog log;  // cold loop, but for the start's lines
  std::unique_ptr<HotOutlet> outlet;
  std::unique_ptr<Publisher> publisher;     // cold loop
  std::unique_ptr<CommandDesk> desk;        // hot loop
  std::unique_ptr<CommandSocket> commands;  // hot loop
  std::unique_ptr<ConnectionPort> port;     // hot loop; outlives the shard
  Shard shard;
  Engine::Addresses addresses;
  std::function<void()> on_failed;
  std::size_t whys_under_way = 0;  // cold loop
  bool stopped = false;

  Loop& hot() { return runtime->hot_loop(); }
  Loop& cold() { return runtime->cold_loop(); }

  Result<void> start(const VenueMakers& makers);
  Result<ShardSetup> shard_setup(const VenueMakers& makers);
  void observe(ShardSetup& setup);
  Result<void> open_gatekeeper();
  Result<void> open_publisher(const std::vector<AccountInfo>& accounts);
  Result<void> open_port();
  Result<void> open_chain(ShardSetup setup, const std::vector<AccountInfo>& accounts);
  Result<void> remember_commands();
  void ask_cold(const ColdQuery& query, ClientToken client);
  void tell_why(const Why& why, ClientToken client, LogNumber recorded);
  void await_commit(const std::shared_ptr<WhyAsked>& asked);
  void read_on(const std::shared_ptr<WhyAsked>& asked);
  void answer_why(const WhyAsked& asked, Reply reply);
  void answer(ClientToken client, Reply reply);
  void name_orders(OrdersAnswer answer, ClientToken client);
  Listen listen(const std::vector<std::string>& at) const { return {at, config.keys, gatekeeper}; }
  void stop();
};

Result<void> Engine::Impl::start(const VenueMakers& makers) {
  config.bus.runtime_folder = config.runtime_directory.string();
  config.bus = with_defaults(config.bus);
  if (auto ready = prepare_runtime_folder(config.runtime_directory); !ready) return ready;

  // ZeroMQ's threads take the CPUs of whoever opens it: before a loop is pinned.
  auto opened =
      BusContext::open({.io_threads = config.bus.io_threads, .io_cpus = config.bus.io_cpus});
  if (!opened) return tl::unexpected<Error>(opened.error());
  context = *opened;

  auto made = SqliteJournal::open(
      {.directory = config.journal_directory, .runtime_directory = config.runtime_directory}, clock,
      open_random);
  if (!made) return tl::unexpected<Error>(made.error());
  journal = std::move(*made);

  runtime = std::make_unique<Runtime>(
      RuntimeOptions{.hot = {config.hot},
                     .cold = {.name = "cold"},
                     .on_incident = [this](const Incident& incident) {
                       cold().post([this, incident] { log.on(incident); });
                     }});
  outlet = std::make_unique<HotOutlet>(hot(), cold());

  auto setup = shard_setup(makers);
  if (!setup) return tl::unexpected<Error>(setup.error());
  observe(*setup);
  std::vector<AccountInfo> accounts;
  for (const auto& each : config.accounts)
    accounts.push_back({.account = each.name, .exchange = each.venue, .testnet = each.testnet});

  log.starting(config, journal->epoch());
  const auto open_cold = [&] {
    auto guarded = open_gatekeeper();
    return guarded ? open_publisher(accounts) : guarded;
  };
  if (auto done = on_loop(cold(), open_cold); !done) return done;
  auto chain = on_loop(hot(), [&] { return open_chain(std::move(*setup), accounts); });
  if (chain)
    log.listening(addresses.commands, addresses.events, addresses.ticks, addresses.connections);
  return chain;
}

/// A connection's deaths and returns are few: at most what its supervisor allows.
void Engine::Impl::observe(ShardSetup& setup) {
  setup.on_supervision = [this](const SupervisionEvent& event) {
    cold().post([this, event] { log.on(event); });
  };
  setup.on_defect = [this](const std::string& why) {
    outlet->publish(
        NoticeEvent{.page = true,
                    .detail = Detail{why + ": entries are off, rebuilt from the journal"},
                    .time = clock.wall()});
    cold().post([this, why] { log.defect(why); });
    desk->shard_lost();
  };
  setup.on_rebuilt = [this](const Shard& rebuilt) {
    shard = rebuilt;
    desk->set_shard(rebuilt);
    outlet->hand_over();
    cold().post([this] { publisher->portfolio().begin_again(); });
  };
  setup.on_broken = [this](const std::string& why) { broken(why); };
}

void Engine::Impl::broken(const std::string& why) {
  outlet->publish(NoticeEvent{.page = true, .detail = Detail{why}, .time = clock.wall()});
  // After what the page and the log have waiting.
  cold().post([this, why] {
    log.broken(why);
    if (on_failed) on_failed();
  });
}

/// The context has one, for all its sockets.
Result<void> Engine::Impl::open_gatekeeper() {
  if (!config.keys) return {};
  auto opened =
      Gatekeeper::open(context, io_context_of(cold()), config.bus.allowed,
                       {.on_refused = [this](std::string_view address, std::string_view why) {
                         log.turned_away(address, why, clock.mono());
                       }});
  if (!opened) return tl::unexpected<Error>(opened.error());
  gatekeeper = std::move(*opened);
  return {};
}

Result<ShardSetup> Engine::Impl::shard_setup(const VenueMakers& makers) {
  ShardSetup setup{.accounts = {},
                   .max_total_notional = config.max_total_notional,
                   .durability = config.durability,
                   .supervision = config.supervision};
  for (const auto& account : config.accounts) {
    auto maker = makers(account);
    if (!maker) return tl::unexpected<Error>(maker.error());
    setup.accounts.push_back(
        {.account = account.name,
         .venue = account.venue,
         .testnet = account.testnet,
         .limits = account.limits,
         .cover = account.cover,
         .silences = account.silences,
         .symbols = account.symbols,
         .capabilities = maker->capabilities,
         .make_venue = [this, &account, can = maker->capabilities,
                        make = maker->make]() -> std::unique_ptr<Venue> {
           if (account.own_process) return port->make_venue(account.name, account.testnet, can);
           auto venue = make(account, VenueSeams{hot(), clock, hot().timers(), random});
           // Wiring that worked at the start and fails now is a defect: the supervisor counts it.
           if (!venue) throw std::runtime_error(venue.error().what);
           return std::move(*venue);
         }});
  }
  return setup;
}

Result<void> Engine::Impl::open_publisher(const std::vector<AccountInfo>& accounts) {
  auto& io = io_context_of(cold());
  auto events = EventSocket::open(context, io, {.listen = listen(config.bus.events)});
  if (!events) return tl::unexpected<Error>(events.error());
  auto ticks = TickSocket::open(context, io, {.listen = listen(config.bus.ticks)});
  if (!ticks) return tl::unexpected<Error>(ticks.error());
  addresses.events = (*events)->addresses();
  addresses.ticks = (*ticks)->addresses();
  publisher = std::make_unique<Publisher>(Publisher::Sockets{std::move(*events), std::move(*ticks)},
                                          accounts, journal->epoch(), config.bus.tick_interval,
                                          clock, cold().timers());
  publisher->on_event([this](const Event& event) { log.on(event); });
  if (log.wants(LogLevel::debug))
    outlet->on_refused([this](const Refused& refused) { log.on(refused); });
  return {};
}

/// For accounts whose connection has a process of its own; without one there is no such socket.
Result<void> Engine::Impl::open_port() {
  const auto& all = config.accounts;
  if (std::none_of(all.begin(), all.end(), [](const auto& each) { return each.own_process; }))
    return {};
  auto opened = ConnectionPort::open(context, hot(), clock,
                                     {.listen = listen(config.bus.connections),
                                      .liveness = config.bus.liveness,
                                      .polled = config.hot.wait == WaitMode::spin},
                                     static_cast<std::uint64_t>(journal->epoch()));
  if (!opened) return tl::unexpected<Error>(opened.error());
  port = std::move(*opened);
  addresses.connections = port->addresses();
  return {};
}

Result<void> Engine::Impl::open_chain(ShardSetup setup, const std::vector<AccountInfo>& accounts) {
  // The outlet is joined before the shard starts: recovery publishes what it found.
  desk = std::make_unique<CommandDesk>(CommandDesk::Wiring{
      .shard = {},
      .accounts = accounts,
      .clock = clock,
      .ask_cold = [this](const ColdQuery& query, ClientToken client) { ask_cold(query, client); },
      .claimed =
          [this](const AccountName& account, bool yes) {
            cold().post(
                [this, account, yes] { publisher->portfolio().set_initialised(account, yes); });
          },
      .name_orders = [this](OrdersAnswer answer,
                            ClientToken client) { name_orders(std::move(answer), client); },
      .refused = [this](const Refused& refused) { outlet->refused(refused); },
      .done =
          [this,
           recorder = std::make_shared<Recorder>(*journal, clock)](const CommandDoneRecord& done) {
            // Not recorded, it may be done again after a restart; it is not undone for that.
            static_cast<void>(
                recorder->record(done.account, RecordType::command_done, done, RecordUse::entry));
          },
      .operators = config.bus.operators});
  outlet->join(*desk, *publisher);
  if (auto known = remember_commands(); !known) return known;
  if (auto opened = open_port(); !opened) return opened;
  auto started = start_shard(runtime->system(), runtime->hot(), std::move(setup),
                             ShardSeams{*journal, clock, random, *outlet});
  if (!started) return tl::unexpected<Error>(started.error());
  shard = *started;
  desk->set_shard(shard);

  auto socket = CommandSocket::open(
      context, io_context_of(hot()),
      {.listen = listen(config.bus.commands),
       .ingress = config.bus.ingress,
       .polled = config.hot.wait == WaitMode::spin},
      {.on_command = [this](const Command& command) { desk->on_command(command); },
       .on_malformed = &CommandDesk::on_malformed});
  if (!socket) return tl::unexpected<Error>(socket.error());
  commands = std::move(*socket);
  desk->set_socket(commands.get());
  addresses.commands = commands->addresses();
  if (config.hot.wait == WaitMode::spin)
    hot().set_poller([this] { return commands->poll() + (port ? port->poll() : 0) > 0; });
  return {};
}

/// Commands that were done before this start are answered, not done again.
Result<void> Engine::Impl::remember_commands() {
  return journal->replay([this](const RecordView& record) -> Result<void> {
    if (record.kind != static_cast<RecordKind>(RecordType::command_done)) return {};
    const auto done = decode<CommandDoneRecord>(
        {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()});
    if (done) desk->remember(*done);  // one that cannot be read ends the shard's own replay
    return {};
  });
}

void Engine::Impl::ask_cold(const ColdQuery& query, ClientToken client) {
  const auto health = journal->health();
  cold().post([this, query, client, health] {
    if (const auto* snapshot = std::get_if<Snapshot>(&query)) {
      answer(client, publisher->snapshot(*snapshot));
    } else if (const auto* status = std::get_if<Status>(&query)) {
      answer(client, publisher->status(status->id, health));
    } else if (const auto* list = std::get_if<ListExchanges>(&query)) {
      answer(client, ExchangesAnswer{.id = list->id,
                                     .exchanges = config.exchanges,
                                     .accounts = publisher->portfolio().accounts()});
    } else if (const auto* why = std::get_if<Why>(&query)) {
      tell_why(*why, client, health.recorded);
    } else if (const auto* fetch = std::get_if<FetchOrder>(&query)) {
      const auto* entry = publisher->portfolio().entry_of(
          signal_hash(fetch->account, fetch->strategy, fetch->order));
      if (entry != nullptr)
        answer(client,
               OrdersAnswer{.id = fetch->id, .account = fetch->account, .orders = {*entry}});
      else
        answer(client, Refused{.id = fetch->id, .reason = Reason::not_found});
    }
  });
}

void Engine::Impl::answer(ClientToken client, Reply reply) {
  hot().post([this, client, reply = std::move(reply)] {
    if (desk) desk->reply(client, reply);
  });
}

void Engine::Impl::tell_why(const Why& why, ClientToken client, LogNumber recorded) {
  if (whys_under_way >= whys_max)
    return answer(client, Refused{.id = why.id,
                                  .reason = Reason::busy,
                                  .detail = Detail{"too many ask why at once"}});
  ++whys_under_way;
  await_commit(std::make_shared<WhyAsked>(WhyAsked{why.id,
                                                   client,
                                                   Story{{why.signal, why.account, why.strategy}},
                                                   recorded,
                                                   clock.mono() + why_waits_max,
                                                   {}}));
}

void Engine::Impl::answer_why(const WhyAsked& asked, Reply reply) {
  --whys_under_way;
  answer(asked.client, std::move(reply));
}

/// The story of a signal that was refused just now is recorded, and soon in the database.
void Engine::Impl::await_commit(const std::shared_ptr<WhyAsked>& asked) {
  const auto now = clock.mono();
  if (journal->committed() < asked->recorded) {
    if (now >= asked->until)
      return answer_why(*asked,
                        Refused{.id = asked->id,
                                .reason = Reason::busy,
                                .detail = Detail{"the journal's database is behind: ask again"}});
    cold().timers().at(now + why_looks_every, [this, asked] { await_commit(asked); });
    return;
  }
  auto reader = StoreReader::open(SqliteJournal::database_in(config.journal_directory));
  if (!reader)
    return answer_why(*asked, Refused{.id = asked->id,
                                      .reason = Reason::internal_error,
                                      .detail = Detail{reader.error().what}});
  asked->reader = std::move(*reader);
  read_on(asked);
}

/// A page of the journal a turn: events are published in between.
void Engine::Impl::read_on(const std::shared_ptr<WhyAsked>& asked) {
  const auto more = asked->reader->read(
      why_page, [&](const RecordView& record) { return asked->story.take(record); });
  if (more && *more) {
    cold().post([this, asked] { read_on(asked); });
    return;
  }
  if (!more)
    answer_why(*asked, Refused{.id = asked->id,
                               .reason = Reason::internal_error,
                               .detail = Detail{more.error().what}});
  else if (!asked->story.found())
    answer_why(*asked, Refused{.id = asked->id, .reason = Reason::not_found});
  else if (asked->story.ambiguous())
    answer_why(*asked, Refused{.id = asked->id,
                               .reason = Reason::bad_field,
                               .field_name = Text<64>{"signal"},
                               .detail = Detail{Story::which_one}});
  else
    answer_why(*asked, asked->story.answer(asked->id));
}

void Engine::Impl::name_orders(OrdersAnswer answer, ClientToken client) {
  cold().post([this, client, answer = std::move(answer)]() mutable {
    publisher->portfolio().name(answer.orders);
    hot().post([this, client, answer = std::move(answer)] {
      if (desk) desk->reply(client, answer);
    });
  });
}

void Engine::Impl::stop() {
  if (std::exchange(stopped, true) || !runtime) return;
  const auto close_entries = [&] {
    if (!shard.brackets) return false;
    desk->close_entries();
    caf::anon_send_exit(shard.keeper, caf::exit_reason::user_shutdown);
    // An entry that filled while nobody watches would stand without a stop.
    for (const auto& account : config.accounts)
      caf::anon_send(shard.brackets,
                     CancelEntries{CancelAll{.id = SignalId{"stop"}, .account = account.name}, 0});
    return true;
  };
  if (on_loop(hot(), close_entries)) {
    const auto until = clock.mono() + entries_off_within;
    const auto entries_live = [&] {
      return on_loop(cold(), [&] {
        const auto orders = publisher->portfolio().orders();
        return std::any_of(orders.begin(), orders.end(),
                           [](const OrderEvent& o) { return o.leg == LegKind::entry; });
      });
    };
    while (entries_live() && clock.mono() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    on_loop(hot(), [&] { return journal->flush(journal_flush_within).has_value(); });
  }
  // Sockets end on their loops, while these still turn.
  on_loop(hot(), [&] {
    hot().set_poller({});
    outlet->leave();
    if (desk) desk->set_socket(nullptr);
    commands.reset();
    if (port) port->close();
    shard = {};
  });
  on_loop(cold(), [] {});  // what was handed over is published
  runtime->stop();
  publisher.reset();
  gatekeeper.reset();
  desk.reset();
  outlet.reset();
  port.reset();
  journal.reset();  // its callback holds actors: it goes while their system is there
  runtime.reset();
  context.reset();
  log.stopped();
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() { stop(); }

Result<std::unique_ptr<Engine>> Engine::start(EngineConfig config, VenueMakers makers, Log* log,
                                              std::function<void()> on_failed) {
  auto impl = std::make_unique<Impl>(log);
  impl->on_failed = std::move(on_failed);
  impl->config = std::move(config);
  const auto started = impl->start(makers);
  auto engine = std::unique_ptr<Engine>{new Engine{std::move(impl)}};
  if (!started) return tl::unexpected<Error>(started.error());  // what was opened is stopped
  return engine;
}

const Engine::Addresses& Engine::addresses() const { return impl_->addresses; }
void Engine::stop() { impl_->stop(); }

}  // namespace signalbox
