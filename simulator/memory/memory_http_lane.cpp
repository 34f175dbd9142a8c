#include "simulator/memory/memory_http_lane.hpp"

#include <charconv>
#include <optional>

namespace signalbox::simulator {
namespace {

/// A complete request as bytes, taken apart without copying. Nothing when it is malformed.
std::optional<HttpRequest> parse_request(std::string_view bytes) {
  const auto line_end = bytes.find("\r\n");
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == bytes.npos) return std::nullopt;
  const auto line = bytes.substr(0, line_end);
  const auto first = line.find(' ');
  const auto second = line.rfind(' ');
  if (first == line.npos || second <= first + 1 || line.substr(second + 1) != "HTTP/1.1")
    return std::nullopt;
  HttpRequest request;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, second - first - 1);
  // The block between request line and body, each line with its end.
  request.headers = bytes.substr(line_end + 2, head_end - line_end);
  request.body = bytes.substr(head_end + 4);
  const auto length = header_value(request.headers, "Content-Length");
  std::size_t announced = 0;
  std::from_chars(length.data(), length.data() + length.size(), announced);
  if (announced != request.body.size() || header_value(request.headers, "Host").empty())
    return std::nullopt;
  return request;
}

}  // namespace

MemoryHttpLane::MemoryHttpLane(MemoryNet& net, HttpSink& sink, std::string peer)
    : net_(net),
      sink_(sink),
      peer_(std::move(peer)),
      there_(net.clock_, net.timers_),
      back_(net.clock_, net.timers_) {
  net_.lanes_.insert(this);
}

MemoryHttpLane::~MemoryHttpLane() {
  net_.lanes_.erase(this);
  there_.clear();
  back_.clear();
  while (!waiting_.empty()) {
    const auto token = waiting_.begin()->first;
    finish(token);
    sink_.on_failure(token, HttpFailure::unknown, "lane is gone");
  }
}

void MemoryHttpLane::send(HttpToken token, std::string_view request, MonoTime deadline) {
  const auto refuse = [&](std::string why) {
    back_.push({}, [this, token, why = std::move(why)] {
      sink_.on_failure(token, HttpFailure::not_sent, why);
    });
  };
  if (net_.down_) return refuse("connection refused");
  if (deadline <= net_.clock_.mono()) return refuse("deadline has passed");
  if (waiting_.size() == waiting_max) return refuse("too many requests waiting");

  waiting_[token] = net_.timers_.at(deadline, [this, token] {
    waiting_[token] = TimerId::none;  // has fired
    fail(token, HttpFailure::unknown, "no answer in time");
  });
  there_.push(net_.latency_.there,
              [this, token, bytes = std::string{request}] { arrive(token, bytes); });
}

void MemoryHttpLane::arrive(HttpToken token, const std::string& bytes) {
  auto request = parse_request(bytes);
  HttpReply reply;
  if (request) {
    request->peer = peer_;
    reply = net_.dialect_.http(*request, net_.clock_.wall());
  } else {
    reply.status = 400;
    reply.body = "Bad Request";
  }
  if (reply.fate == HttpReply::Fate::silent) return;
  const auto run = [this, token, reply] {
    if (reply.fate == HttpReply::Fate::lost)
      fail(token, HttpFailure::unknown, "connection closed");
    else
      answer(token, reply);
  };
  if (reply.delay > Duration::zero())
    back_.push_alone(net_.latency_.back + reply.delay, run);
  else
    back_.push(net_.latency_.back, run);
}

bool MemoryHttpLane::finish(HttpToken token) {
  const auto found = waiting_.find(token);
  if (found == waiting_.end()) return false;
  if (found->second != TimerId::none) net_.timers_.cancel(found->second);
  waiting_.erase(found);
  return true;
}

void MemoryHttpLane::answer(HttpToken token, const HttpReply& reply) {
  if (!finish(token)) return;  // its deadline has spoken
  const auto headers = "Content-Type: application/json\r\n" + reply.headers;
  sink_.on_answer(token, {reply.status, headers, reply.body});
}

void MemoryHttpLane::fail(HttpToken token, HttpFailure failure, std::string_view why) {
  if (finish(token)) sink_.on_failure(token, failure, why);
}

void MemoryHttpLane::lose() {
  // Requests that have left may still arrive: nobody here can know.
  for (const auto& [token, timer] : waiting_)
    back_.push({},
               [this, token = token] { fail(token, HttpFailure::unknown, "connection closed"); });
}

}  // namespace signalbox::simulator
