#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "connectors/transport/backoff.hpp"
#include "connectors/transport/http.hpp"
#include "connectors/transport/http_connection.hpp"
#include "connectors/transport/http_queue.hpp"

namespace signalbox {

namespace asio = boost::asio;
using boost::system::error_code;
using State = HttpConnection::State;

namespace {

/// A connection that was lost sooner than this after it was made counts as a failed attempt:
/// a server that accepts and hangs up must not be called in a tight loop.
constexpr Duration short_life = std::chrono::seconds{1};

}  // namespace

class HttpPool::Impl : public HttpConnection::Owner, public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, const Clock& clock, Random& random, HttpSink& sink,
       std::shared_ptr<TlsContext> tls, HttpPoolOptions options)
      : loop_(loop),
        clock_(clock),
        random_(random),
        sink_(sink),
        tls_(std::move(tls)),
        options_(std::move(options)),
        backoff_(options_.backoff_first, options_.backoff_max),
        connect_timer_(loop),
        due_timer_(loop) {
    for (std::size_t i = 0; i < options_.lanes; ++i)
      lanes_.push_back(std::make_shared<HttpConnection>(loop, clock, options_.answer, *this));
  }

  void send(const HttpRoute& route, HttpToken token, std::string_view bytes, MonoTime deadline);
  void connect_missing();
  void stop();
  HttpPoolHealth health() const;

 private:
  void on_connected(HttpConnection&) override;
  void on_connect_failed(HttpConnection&, std::string_view why) override;
  void on_answer(HttpConnection&, HttpToken token, const HttpAnswer& answer) override;
  void on_lost(HttpConnection&, const HttpRequest* request, HttpFailure failure,
               std::string_view why) override;

  HttpConnection* free_lane(const HttpRequest& request) const;
  void send_waiting();
  enum class When : std::uint8_t { now, after_backoff };
  void connect_later(When when);
  void watch(MonoTime due);
  void on_due();
  std::size_t count(State state) const;
  void owe(HttpToken token, HttpFailure failure, std::string_view why);
  void pay_soon();
  void pay();

  struct Owed {
    HttpToken token;
    HttpFailure failure;
    std::string why;
  };

  asio::io_context& loop_;
  const Clock& clock_;
  Random& random_;
  HttpSink& sink_;
  std::shared_ptr<TlsContext> tls_;
  HttpPoolOptions options_;
  Backoff backoff_;
  std::vector<std::shared_ptr<HttpConnection>> lanes_;
  HttpQueue queue_;
  std::deque<Owed> owed_;  // failures to report; one per token, so bounded by the callers
  asio::steady_timer connect_timer_;
  asio::steady_timer due_timer_;
  MonoTime watched_ = MonoTime::max();
  bool connect_planned_ = false;
  bool pay_planned_ = false;
  bool stopped_ = false;
  HttpPoolHealth counts_;
};

// ---- a request's way: a free connection now, or the queue

void HttpPool::Impl::send(const HttpRoute& route, HttpToken token, std::string_view bytes,
                          MonoTime deadline) {
  if (stopped_) return owe(token, HttpFailure::not_sent, "the lane is stopped");
  if (bytes.size() > options_.request_bytes_max)
    return owe(token, HttpFailure::not_sent, "the request is too large");
  const HttpRequest request{token, deadline, route};
  if (deadline <= clock_.mono())
    return owe(token, HttpFailure::not_sent, "its deadline had passed");
  if (!queue_.has_key(route.key)) {
    while (auto* const lane = free_lane(request))
      if (lane->start(request, bytes)) return watch(deadline);
  }
  const auto places = options_.waiting_max - (route.exit ? 0 : options_.exit_waiting);
  if (queue_.size() >= places)
    return owe(token, HttpFailure::not_sent, "too many requests are waiting");
  queue_.push_back(request, bytes);
  watch(deadline);
}

/// An idle connection this request may take. Others than exits leave some free; with only one
/// standing, everybody may use it.
HttpConnection* HttpPool::Impl::free_lane(const HttpRequest& request) const {
  HttpConnection* found = nullptr;
  std::size_t idle = 0;
  std::size_t busy = 0;
  for (const auto& lane : lanes_) {
    if (lane->state() == State::busy) {
      ++busy;
      if (request.route.key != 0 && lane->request().route.key == request.route.key) return nullptr;
    }
    if (lane->state() != State::idle) continue;
    ++idle;
    if (!found) found = lane.get();
  }
  if (!found || request.route.exit) return found;
  const auto kept = std::min(options_.exit_lanes, idle + busy - 1);
  return idle > kept ? found : nullptr;
}

void HttpPool::Impl::send_waiting() {
  HttpConnection* lane = nullptr;
  const auto may_go = [&](const HttpRequest& request) {
    return (lane = free_lane(request)) != nullptr;
  };
  while (auto* const next = queue_.first(may_go)) {
    const auto request = next->request;
    // A failed write leaves the request where it is; the lane is down, so the loop ends.
    if (!lane->start(request, next->bytes)) continue;
    queue_.erase(next);
  }
}

void HttpPool::Impl::on_answer(HttpConnection& lane, HttpToken token, const HttpAnswer& answer) {
  ++counts_.answers;
  backoff_.reset();
  sink_.on_answer(token, answer);
  if (stopped_) return;
  if (lane.state() == State::down) connect_later(When::now);
  send_waiting();
}

void HttpPool::Impl::on_lost(HttpConnection& lane, const HttpRequest* request, HttpFailure failure,
                             std::string_view why) {
  if (request) owe(request->token, failure, why);
  const bool short_lived = clock_.mono() - lane.connected_at() < short_life;
  connect_later(short_lived ? When::after_backoff : When::now);
}

// ---- keeping connections up

/// All that are down, if one stands; otherwise one at a time, so that a server that is away is
/// not called by every lane.
void HttpPool::Impl::connect_missing() {
  bool one_stands = count(State::idle) + count(State::busy) > 0;
  if (!one_stands && count(State::connecting) > 0) return;
  for (const auto& lane : lanes_) {
    if (lane->state() != State::down) continue;
    lane->connect(options_.endpoint, tls_, options_.connect_within);
    if (!one_stands) return;
  }
}

void HttpPool::Impl::connect_later(When when) {
  if (stopped_ || std::exchange(connect_planned_, true)) return;
  connect_timer_.expires_after(when == When::now ? Duration{} : backoff_.next(random_));
  connect_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    self->connect_planned_ = false;
    if (!error && !self->stopped_) self->connect_missing();
  });
}

void HttpPool::Impl::on_connected(HttpConnection&) {
  ++counts_.connects;
  watch(clock_.mono() + options_.idle_max);
  connect_later(When::now);
  send_waiting();
}

void HttpPool::Impl::on_connect_failed(HttpConnection&, std::string_view why) {
  connect_later(When::after_backoff);
  if (count(State::idle) + count(State::busy) + count(State::connecting) > 0) return;
  queue_.take_if([](const HttpRequest&) { return true; },
                 [&](const HttpRequest& r) { owe(r.token, HttpFailure::not_sent, why); });
}

// ---- deadlines, and connections that were idle too long: one timer for the earliest

void HttpPool::Impl::watch(MonoTime due) {
  if (due >= watched_) return;  // the timer comes earlier and looks again
  watched_ = due;
  due_timer_.expires_after(due - clock_.mono());
  due_timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->stopped_) return;
    self->watched_ = MonoTime::max();
    self->on_due();
  });
}

void HttpPool::Impl::on_due() {
  const auto now = clock_.mono();
  auto next = MonoTime::max();
  queue_.take_if([&](const HttpRequest& request) { return request.deadline <= now; },
                 [&](const HttpRequest& request) {
                   owe(request.token, HttpFailure::not_sent,
                       "no connection was free before the deadline");
                 });
  queue_.for_each([&](const HttpRequest& request) { next = std::min(next, request.deadline); });

  bool renewing = count(State::connecting) + count(State::down) > 0;
  for (const auto& lane : lanes_) {
    if (lane->state() == State::busy && lane->request().deadline <= now) {
      lane->give_up("no complete answer before the deadline");
    } else if (lane->state() == State::busy) {
      next = std::min(next, lane->request().deadline);
    } else if (lane->state() == State::idle) {
      const auto renew_at = lane->since() + options_.idle_max;
      if (renew_at > now) {
        next = std::min(next, renew_at);
      } else if (!std::exchange(renewing, true)) {  // one at a time: the others stay warm
        lane->give_up("idle for too long");
      } else {
        next = std::min(next, now + short_life);
      }
    }
  }
  if (next != MonoTime::max()) watch(next);
}

// ---- failures are reported from the loop, never from inside `send`

void HttpPool::Impl::owe(HttpToken token, HttpFailure failure, std::string_view why) {
  ++(failure == HttpFailure::unknown ? counts_.unknown : counts_.not_sent);
  owed_.push_back({token, failure, std::string{why}});
  pay_soon();
}

void HttpPool::Impl::pay_soon() {
  if (std::exchange(pay_planned_, true)) return;
  asio::post(loop_, [self = shared_from_this()] {
    self->pay_planned_ = false;
    self->pay();
    if (!self->owed_.empty()) self->pay_soon();
    // A request that waited for the end of one with its key may go now.
    self->send_waiting();
  });
}

/// What is owed now; what the sink causes meanwhile comes in the next round.
void HttpPool::Impl::pay() {
  for (auto n = owed_.size(); n > 0 && !owed_.empty(); --n) {
    const auto owed = std::move(owed_.front());
    owed_.pop_front();
    sink_.on_failure(owed.token, owed.failure, owed.why);
  }
}

void HttpPool::Impl::stop() {
  if (!std::exchange(stopped_, true)) {
    connect_timer_.cancel();
    due_timer_.cancel();
    for (const auto& lane : lanes_) {
      lane->give_up("the lane was stopped");
      lane->leave_owner();
    }
    queue_.take_if([](const HttpRequest&) { return true; },
                   [&](const HttpRequest& request) {
                     owe(request.token, HttpFailure::not_sent, "the lane was stopped");
                   });
  }
  while (!owed_.empty()) pay();
}

std::size_t HttpPool::Impl::count(State state) const {
  return static_cast<std::size_t>(std::count_if(
      lanes_.begin(), lanes_.end(), [state](const auto& lane) { return lane->state() == state; }));
}

HttpPoolHealth HttpPool::Impl::health() const {
  auto health = counts_;
  health.under_way = count(State::busy);
  health.lanes_up = count(State::idle) + health.under_way;
  health.waiting = queue_.size();
  return health;
}

// ---- the public face

HttpPool::HttpPool(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpPool::~HttpPool() { stop(); }

Result<std::unique_ptr<HttpPool>> HttpPool::make(asio::io_context& loop, const Clock& clock,
                                                 Random& random, HttpSink& sink,
                                                 std::shared_ptr<TlsContext> tls,
                                                 HttpPoolOptions options) {
  if (auto fit = check(options.endpoint); !fit) return tl::unexpected<Error>(fit.error());
  if (options.endpoint.tls && !tls)
    return failed(Fault::bad_input, "TLS endpoint without a context");
  if (options.lanes == 0 || options.exit_lanes >= options.lanes)
    return failed(Fault::bad_input, "exit_lanes must be fewer than lanes");
  if (options.exit_waiting >= options.waiting_max)
    return failed(Fault::bad_input, "exit_waiting must be fewer than waiting_max");
  auto impl = std::make_shared<Impl>(loop, clock, random, sink, std::move(tls), std::move(options));
  impl->connect_missing();
  return std::unique_ptr<HttpPool>(new HttpPool(std::move(impl)));
}

void HttpPool::send(HttpToken token, std::string_view request, MonoTime deadline) {
  impl_->send({}, token, request, deadline);
}

void HttpPool::send_routed(const HttpRoute& route, HttpToken token, std::string_view request,
                           MonoTime deadline) {
  impl_->send(route, token, request, deadline);
}

void HttpPool::stop() { impl_->stop(); }
HttpPoolHealth HttpPool::health() const { return impl_->health(); }

}  // namespace signalbox
