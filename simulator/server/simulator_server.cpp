#include "simulator/server/simulator_server.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <fstream>
#include <future>
#include <thread>

#include "simulator/control.hpp"
#include "simulator/server/certificate.hpp"
#include "simulator/server/http_session.hpp"

namespace signalbox::simulator {
namespace {

using asio::ip::tcp;

/// Accepts on the loopback interface and makes a session of each connection.
class Door {
 public:
  using Welcome = std::function<void(tcp::socket)>;

  explicit Door(asio::io_context& loop) : acceptor_(loop), pause_(loop) {}

  Result<void> open(std::uint16_t port, Welcome welcome) {
    beast::error_code error;
    const tcp::endpoint here{asio::ip::address_v4::loopback(), port};
    acceptor_.open(here.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor_.bind(here, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error)
      return failed(Fault::unavailable,
                    "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + error.message());
    port_ = acceptor_.local_endpoint().port();
    welcome_ = std::move(welcome);
    accept();
    return {};
  }
  std::uint16_t port() const { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) return accept_later();
      welcome_(std::move(socket));
      accept();
    });
  }
  /// Out of descriptors, most likely: trying again at once would only spin.
  void accept_later() {
    pause_.expires_after(std::chrono::milliseconds{50});
    pause_.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Welcome welcome_;
  std::uint16_t port_ = 0;
};

/// What runs: the loop, its doors and timers, and through their handlers every connection. It goes
/// as a whole when the server stops.
struct Running {
  asio::io_context loop{1};
  Door tls{loop}, plain{loop}, control{loop};
  asio::steady_timer replay_timer{loop}, second_timer{loop};
};

}  // namespace

class SimulatorServer::Impl {
 public:
  Impl(SimulatorOptions options, std::optional<Recording> recording, const Clock& clock)
      : options_(std::move(options)),
        recording_(std::move(recording)),
        clock_(clock),
        began_wall_(clock.wall()),
        began_(clock.mono()),
        exchange_(options_.exchange, began_wall_),
        control_(exchange_),
        other_(options_.dialect
                   ? options_.dialect(exchange_.engine, exchange_.faults, options_.exchange)
                   : nullptr),
        hub_(other_ ? *other_ : static_cast<Dialect&>(exchange_.binance),
             [this] { return now(); }) {}
  ~Impl() { stop(); }

  Result<void> open() {
    if (options_.tls_port)
      if (const auto ready = prepare_tls(); !ready) return ready;
    const Hub::Answer dialect = [this](const HttpRequest& r) {
      return hub_.dialect().http(r, now());
    };
    const Hub::Answer control = [this](const HttpRequest& r) {
      return control_.handle(r.method, r.target, r.body, now());
    };
    auto opened = open(running_->tls, options_.tls_port, tls_port_, [this, dialect](auto socket) {
      welcome(TlsStream{std::move(socket), context_}, dialect, true);
    });
    if (opened)
      opened = open(
          running_->plain, options_.plain_port, plain_port_,
          [this, dialect](auto socket) { welcome(PlainStream{std::move(socket)}, dialect, true); });
    if (opened)
      opened = open(running_->control, options_.control_port, control_port_,
                    [this, control](auto socket) {
                      welcome(PlainStream{std::move(socket)}, control, false);
                    });
    if (!opened) return opened;
    if (recording_) prepare_replay();
    if (other_) tick();
    thread_ = std::thread{[this] { serve(); }};
    return {};
  }

  void stop() {
    if (thread_.joinable()) {
      running_->loop.stop();
      thread_.join();
    }
    hub_.drop_writes();
    running_.reset();
    if (temporary_ca_) unlink(ca_path_.c_str());
    temporary_ca_ = false;
  }

  void with(const std::function<void(Exchange&, WallTime)>& run) {
    assert(running_);
    std::promise<void> done;
    asio::post(running_->loop, [&] {
      run(exchange_, now());
      done.set_value();
    });
    done.get_future().wait();
  }

  std::uint16_t tls_port() const { return tls_port_; }
  std::uint16_t plain_port() const { return plain_port_; }
  std::uint16_t control_port() const { return control_port_; }
  const std::string& ca_path() const { return ca_path_; }

 private:
  WallTime now() const { return began_wall_ + (clock_.mono() - began_); }

  void serve() {
    auto& loop = running_->loop;
    while (loop.run_one() > 0) {
      std::size_t handled = 1;
      while (handled < handled_between_writes && loop.poll_one() > 0) ++handled;
      hub_.write_all();
    }
  }

  void tick() {
    running_->second_timer.expires_after(std::chrono::seconds{1});
    running_->second_timer.async_wait([this](beast::error_code error) {
      if (error) return;
      each_second(*other_, now());
      tick();
    });
  }

  static Result<void> open(Door& door, Port wanted, std::uint16_t& port, Door::Welcome welcome) {
    if (!wanted) return {};
    auto opened = door.open(*wanted, std::move(welcome));
    port = door.port();
    return opened;
  }

  template <class Stream>
  void welcome(Stream stream, const Hub::Answer& answer, bool websockets) {
    if (!hub_.take_place(connections_max)) return;  // the socket closes here
    std::make_shared<HttpSession<Stream>>(std::move(stream), hub_, answer, websockets)->run();
  }

  Result<void> prepare_tls() {
    beast::error_code error;
    context_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                         asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    if (!options_.certificate_file.empty() || !options_.key_file.empty()) {
      context_.use_certificate_chain_file(options_.certificate_file, error);
      if (!error) context_.use_private_key_file(options_.key_file, asio::ssl::context::pem, error);
      if (error) return failed(Fault::bad_input, "certificate or key file: " + error.message());
      return {};
    }
    const auto made = make_certificates();
    if (!made) return tl::unexpected(made.error());
    context_.use_certificate_chain(asio::buffer(made->certificate), error);
    if (!error) context_.use_private_key(asio::buffer(made->key), asio::ssl::context::pem, error);
    if (error) return failed(Fault::internal, "own certificate: " + error.message());
    return write_ca(made->ca);
  }

  Result<void> write_ca(const std::string& pem) {
    ca_path_ = options_.ca_path;
    if (ca_path_.empty()) {
      ca_path_ = "/tmp/signalbox-simulator-ca-XXXXXX";
      const int file = mkstemp(ca_path_.data());
      if (file < 0) return failed(Fault::unavailable, "cannot write to /tmp");
      close(file);
      temporary_ca_ = true;
    }
    std::ofstream out{ca_path_};
    out << pem;
    out.close();
    if (!out) return failed(Fault::unavailable, "cannot write " + ca_path_);
    return {};
  }

  void prepare_replay() {
    const auto market = exchange_.engine.find_market(options_.replay->symbol);
    replay_.emplace(*recording_, exchange_.engine, *market, options_.replay->options);
    control_.on_replay([this](bool run) { run ? resume_replay() : pause_replay(); });
    resume_replay();
  }
  void resume_replay() {
    if (replaying_) return;
    replaying_ = true;
    replay_began_ = clock_.mono() - replayed_;
    replay_step();
  }
  void pause_replay() {
    if (!replaying_) return;
    replaying_ = false;
    replayed_ = clock_.mono() - replay_began_;
    running_->replay_timer.cancel();
  }
  void replay_step() {
    if (!replaying_) return;
    replay_->advance(clock_.mono() - replay_began_, now());
    const auto due = replay_->next_due();
    if (!due) return;
    const auto left = *due - (clock_.mono() - replay_began_);
    running_->replay_timer.expires_after(
        std::chrono::ceil<std::chrono::steady_clock::duration>(std::max(left, Duration::zero())));
    running_->replay_timer.async_wait([this](beast::error_code error) {
      if (!error) replay_step();
    });
  }

  SimulatorOptions options_;
  std::optional<Recording> recording_;
  const Clock& clock_;
  WallTime began_wall_;
  MonoTime began_;
  Exchange exchange_;
  Control control_;
  std::unique_ptr<Dialect> other_;  // than Binance's
  Hub hub_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  std::string ca_path_;
  bool temporary_ca_ = false;
  std::uint16_t tls_port_ = 0, plain_port_ = 0, control_port_ = 0;

  std::optional<Replay> replay_;
  MonoTime replay_began_{};
  Duration replayed_{};
  bool replaying_ = false;

  // Goes before what its handlers, and the connections they hold, refer to.
  std::optional<Running> running_{std::in_place};
  std::thread thread_;
};

Result<std::unique_ptr<SimulatorServer>> SimulatorServer::start(SimulatorOptions options,
                                                                const Clock& clock) {
  std::optional<Recording> recording;
  if (options.replay) {
    const auto& wanted = options.replay->symbol;
    const bool known =
        std::any_of(options.exchange.markets.begin(), options.exchange.markets.end(),
                    [&](const auto& market) { return market.instrument.symbol == wanted; });
    if (!known) return failed(Fault::bad_input, "replay: unknown symbol " + wanted.str());
    auto read = Recording::read(options.replay->path);
    if (!read) return tl::unexpected(read.error());
    if (read->events().empty())
      return failed(Fault::bad_input, options.replay->path + " holds no frames");
    recording = std::move(*read);
  }
  auto impl = std::make_unique<Impl>(std::move(options), std::move(recording), clock);
  if (const auto opened = impl->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<SimulatorServer>{new SimulatorServer{std::move(impl)}};
}

SimulatorServer::SimulatorServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulatorServer::~SimulatorServer() = default;

void SimulatorServer::stop() { impl_->stop(); }
std::uint16_t SimulatorServer::tls_port() const { return impl_->tls_port(); }
std::uint16_t SimulatorServer::plain_port() const { return impl_->plain_port(); }
std::uint16_t SimulatorServer::control_port() const { return impl_->control_port(); }
const std::string& SimulatorServer::ca_path() const { return impl_->ca_path(); }

void SimulatorServer::with(const std::function<void(Exchange&, WallTime)>& run) {
  impl_->with(run);
}

}  // namespace signalbox::simulator
