// What the connector holds in its hands: lanes and streams on which everything planned happens.
#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "simulation/network.hpp"

namespace signalbox::simulation {
namespace {

constexpr Duration request_delay_max = std::chrono::seconds{30};
constexpr Duration overtaking_max = std::chrono::milliseconds{500};
constexpr Duration inner_deadline = std::chrono::seconds{90};  // ours speaks first

Sent::Kind kind_of(RequestText::Verb verb, std::string_view orders) {
  if (verb == RequestText::Verb::question) return Sent::Kind::question;
  if (verb == RequestText::Verb::cancel) return Sent::Kind::cancel;
  const auto first = parse_client_order_id(orders.substr(0, 18));
  return first && first->leg.kind == LegKind::entry ? Sent::Kind::entry : Sent::Kind::exit;
}

}  // namespace

std::string orders_in(std::string_view bytes) {
  std::string found;
  for (auto at = bytes.find(book); at != bytes.npos; at = bytes.find(book, at + 1)) {
    const auto id = bytes.substr(at, 18);
    if (id.size() < 18 || !parse_client_order_id(id) || found.find(id) != found.npos) continue;
    if (!found.empty()) found += ' ';
    found += id;
  }
  return found;
}

/// Numbers the request, so that its fate at the exchange can be told.
std::size_t Network::note_sent(std::string_view bytes) {
  Sent sent;
  sent.number = sent_.size();
  sent.at = clock_.mono();
  const auto text = far_.words().request(bytes);
  sent.orders = orders_in(bytes);
  if (sent.orders.empty() && text.number != 0) sent.orders = far_.client_id_of(text.number);
  sent.kind = kind_of(text.verb, sent.orders);
  sent.asks = text.asks;
  sent_.push_back(sent);
  note_leaving();
  if (on_bytes) on_bytes("sent", bytes);
  const bool amends = text.verb == RequestText::Verb::amend;
  if ((sent.kind == Sent::Kind::cancel || amends) && on_cancel) on_cancel(sent.orders, amends);
  return sent_.size() - 1;
}

void Network::note_leaving() {
  if (clock_.mono() < banned_until_) sent_while_banned_.push_back(clock_.mono());
}

/// What reached the process forbids it to send anything for a while.
void Network::note_pause(const HttpAnswer& answer) {
  const auto until = far_.words().silent_until(answer, clock_.mono(), clock_.wall());
  if (!until) return;
  bans_.push_back({clock_.mono(), *until});
  banned_until_ = std::max(banned_until_, *until);
}

class Network::Lane final : public HttpLane, private HttpSink {
 public:
  Lane(Network& net, HttpSink& sink) : net_(net), sink_(sink), inner_(net.net_.lane(*this)) {}
  ~Lane() override {
    for (const auto timer : delays_) net_.timers_.cancel(timer);
    inner_.reset();
    while (!waiting_.empty()) {
      const auto number = waiting_.begin()->first;
      fail(number, HttpFailure::unknown, "lane is gone");
    }
  }

  void send(HttpToken token, std::string_view request, MonoTime deadline) override {
    if (!net_.process_lives_) return;
    const auto number = net_.note_sent(request);
    Sent& sent = net_.sent_[number];
    waiting_[number] = {token, net_.timers_.at(deadline, [this, number] {
                          waiting_[number].deadline = TimerId::none;
                          fail(number, HttpFailure::unknown, "no answer in time");
                        })};
    const auto line_end = request.find("\r\n") + 2;
    std::string bytes{request.substr(0, line_end)};
    bytes += "X-Number: " + std::to_string(number) + "\r\n";
    bytes += request.substr(line_end);
    const auto text = net_.far_.words().request(request);
    if (text.lists != 0) listings_.emplace(number, text.lists);
    // By its own number a connector asks for what its lists and its stream disagree about.
    if (text.verb == RequestText::Verb::question && text.number != 0) comparing_.insert(number);

    if (net_.is_on(Trouble::half_open)) {
      sent.struck = true;
      net_.told_strike(Trouble::half_open);
      return;
    }
    if (net_.strikes(Trouble::request_lost)) {
      sent.struck = true;
      return;
    }
    if (net_.strikes(Trouble::answer_lost)) {
      sent.struck = true;
      deaf_.insert(number);
    }
    Duration there{};
    if (net_.strikes(Trouble::delayed)) {
      sent.struck = true;
      auto& way = net_.draw_.chance(500) ? there : back_[number];
      way = net_.draw_.span(std::chrono::milliseconds{10}, request_delay_max);
    } else if (net_.strikes(Trouble::reordered)) {
      sent.struck = true;
      there = net_.draw_.span({}, overtaking_max);
    }
    const bool repeats = sent.kind == Sent::Kind::question || sent.kind == Sent::Kind::cancel;
    const int copies = repeats && net_.strikes(Trouble::duplicated) ? 2 : 1;
    for (int i = 0; i < copies; ++i) forward(number, bytes, there);
  }

 private:
  struct Waiting {
    HttpToken token = 0;
    TimerId deadline = TimerId::none;
  };

  void forward(std::size_t number, const std::string& bytes, Duration there) {
    const HttpToken inner = ++last_inner_;
    numbers_[inner] = number;
    if (there == Duration{}) return inner_->send(inner, bytes, net_.clock_.mono() + inner_deadline);
    after(there, [this, inner, bytes] {
      inner_->send(inner, bytes, net_.clock_.mono() + inner_deadline);
    });
  }

  void after(Duration delay, std::function<void()> run) {
    delays_.push_back(net_.timers_.at(net_.clock_.mono() + delay, std::move(run)));
    if (delays_.size() > delays_kept) delays_.erase(delays_.begin());
  }

  void on_answer(HttpToken inner, const HttpAnswer& answer) override {
    const auto number = number_of(inner);
    if (deaf_.erase(number) != 0) return;
    if (const auto late = back_.find(number); late != back_.end()) {
      const auto delay = late->second;
      back_.erase(late);
      after(delay, [this, number, status = answer.status, headers = std::string{answer.headers},
                    body = std::string{answer.body}] {
        deliver(number, {status, headers, body});
      });
      return;
    }
    deliver(number, answer);
  }

  void on_failure(HttpToken inner, HttpFailure failure, std::string_view why) override {
    const auto number = number_of(inner);
    if (waiting_.contains(number)) net_.sent_[number].struck = true;
    fail(number, failure, why);
  }

  void deliver(std::size_t number, const HttpAnswer& answer) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end() || !net_.process_lives_) return;
    const auto asked = net_.sent_[number].at;
    const auto now = net_.clock_.mono();
    if (answer.status == 200) {
      const auto list = listings_.find(number);
      const bool compares = list != listings_.end() || comparing_.contains(number);
      const auto known = compares ? now + Receipts::list_grace : now;
      net_.far_.words().tell(answer.body, net_.receipts_, known);
      if (list != listings_.end()) net_.receipts_.listed(asked, now, list->second);
    }
    net_.note_pause(answer);
    if (net_.on_bytes) net_.on_bytes("answer", answer.body);
    const auto token = finish(found);
    sink_.on_answer(token, answer);
  }

  void fail(std::size_t number, HttpFailure failure, std::string_view why) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    if (net_.on_bytes) net_.on_bytes("failure", why);
    const auto token = finish(found);
    if (net_.process_lives_) sink_.on_failure(token, failure, why);
  }

  HttpToken finish(std::unordered_map<std::size_t, Waiting>::iterator found) {
    const auto token = found->second.token;
    if (found->second.deadline != TimerId::none) net_.timers_.cancel(found->second.deadline);
    net_.sent_[found->first].heard = net_.clock_.mono();
    waiting_.erase(found);
    return token;
  }

  std::size_t number_of(HttpToken inner) {
    const auto found = numbers_.find(inner);
    const auto number = found->second;
    numbers_.erase(found);
    return number;
  }

  static constexpr std::size_t delays_kept = 10'000;  // fired ones among them

  Network& net_;
  HttpSink& sink_;
  HttpToken last_inner_ = 0;
  std::unordered_map<HttpToken, std::size_t> numbers_;
  std::unordered_map<std::size_t, Waiting> waiting_;
  std::unordered_map<std::size_t, Duration> back_;
  std::set<std::size_t> deaf_;
  std::map<std::size_t, std::uint8_t> listings_;
  std::set<std::size_t> comparing_;
  std::vector<TimerId> delays_;
  std::unique_ptr<HttpLane> inner_;
};

class Network::Stream final : public WsStream, private WsSink {
 public:
  Stream(Network& net, WsSink& sink) : net_(net), sink_(sink), inner_(net.net_.stream(*this)) {}
  ~Stream() override {
    if (stuck_ != TimerId::none) net_.timers_.cancel(stuck_);
    if (stuck_ != TimerId::none && net_.process_lives_) sink_.on_closed("stream is gone");
    inner_.reset();
  }

  void open(std::string_view target, MonoTime deadline) override {
    if (!net_.process_lives_) return;
    if (target.starts_with("/ws-api")) net_.note_leaving();
    if (!net_.is_on(Trouble::half_open)) return inner_->open(target, deadline);
    net_.told_strike(Trouble::half_open);
    stuck_ = net_.timers_.at(deadline, [this] {
      stuck_ = TimerId::none;
      on_closed("not open in time");
    });
  }
  [[nodiscard]] bool send(std::string_view frame) override {
    if (!net_.process_lives_) return true;
    if (net_.on_bytes) net_.on_bytes("frame sent", frame);
    return inner_->send(frame);
  }
  void close() override {
    if (stuck_ == TimerId::none) return inner_->close();
    net_.timers_.cancel(stuck_);
    stuck_ = net_.timers_.at(net_.clock_.mono(), [this] {
      stuck_ = TimerId::none;
      on_closed("closed");
    });
  }

 private:
  void on_open() override {
    if (net_.process_lives_) sink_.on_open();
  }
  void on_frame(std::string_view frame) override {
    if (!net_.process_lives_) return;
    net_.far_.words().tell(frame, net_.receipts_, net_.clock_.mono());
    if (net_.on_bytes) net_.on_bytes("frame", frame);
    sink_.on_frame(frame);
  }
  void on_closed(std::string_view why) override {
    if (net_.on_bytes) net_.on_bytes("closed", why);
    if (net_.process_lives_) sink_.on_closed(why);
  }

  Network& net_;
  WsSink& sink_;
  TimerId stuck_ = TimerId::none;
  std::unique_ptr<WsStream> inner_;
};

std::unique_ptr<HttpLane> Network::lane(HttpSink& sink) {
  return std::make_unique<Lane>(*this, sink);
}

std::unique_ptr<WsStream> Network::stream(WsSink& sink) {
  return std::make_unique<Stream>(*this, sink);
}

}  // namespace signalbox::simulation
