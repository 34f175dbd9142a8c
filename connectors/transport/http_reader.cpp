#include "connectors/transport/http_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace signalbox {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_char(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == s.npos) return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

/// Is `word` one of a comma-separated list?
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (same(trimmed(list.substr(0, end)), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// All digits of the base, and no more than fit.
bool read_number(std::string_view text, int base, std::size_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

void HttpReader::start(bool to_head_request) {
  size_ = at_ = 0;
  part_ = Part::head;
  to_head_ = to_head_request;
  interim_answers_ = 0;
  status_ = 0;
  trailer_bytes_ = 0;
  why_ = {};
}

std::span<char> HttpReader::space() {
  if (size_ == 0 && capacity_ > buffer_kept_max) {
    buffer_.reset();
    capacity_ = 0;
  }
  if (capacity_ - size_ < space_min) reserve(std::max(buffer_first, 2 * capacity_));
  return {buffer_.get() + size_, capacity_ - size_};
}

void HttpReader::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  auto larger = std::unique_ptr<char[]>(new char[bytes]);
  if (size_ > 0) std::memcpy(larger.get(), buffer_.get(), size_);
  buffer_ = std::move(larger);
  capacity_ = bytes;
}

HttpReader::State HttpReader::received(std::size_t bytes) {
  size_ += bytes;
  for (;;) {
    switch (step()) {
      case Step::next: break;
      case Step::wait: close_gap(); return State::more;
      case Step::complete: return State::complete;
      case Step::bad: return State::bad;
    }
  }
}

HttpReader::State HttpReader::ended() {
  if (part_ != Part::body_to_end) return bad("the connection ended inside the answer"), State::bad;
  return part_ = Part::over, State::complete;
}

HttpReader::Step HttpReader::bad(std::string_view why) {
  why_ = why;
  return Step::bad;
}

HttpReader::Step HttpReader::step() {
  switch (part_) {
    case Part::head: return read_head();
    case Part::body: return read_body();
    case Part::body_to_end: return read_body_to_end();
    case Part::chunk_size: return read_chunk_size();
    case Part::chunk: return read_chunk();
    case Part::chunk_end: return read_chunk_end();
    case Part::trailer: return read_trailer();
    case Part::over: break;
  }
  // Whatever follows a complete answer was not asked for; the connection cannot be trusted again.
  if (at_ != size_) keeps_alive_ = false;
  return Step::complete;
}

// ---- the head

HttpReader::Step HttpReader::read_head() {
  const auto text = view(at_, size_);
  constexpr std::string_view begin = "HTTP/1.";
  if (!text.starts_with(begin.substr(0, std::min(begin.size(), text.size()))))
    return bad("the answer is not HTTP/1");
  // Searching from the front each time would make a slow sender expensive, but heads are small.
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) {
    if (text.size() > bounds_.header_bytes_max) return bad("the headers are too large");
    return Step::wait;
  }
  if (end > bounds_.header_bytes_max) return bad("the headers are too large");

  keeps_alive_ = true;
  chunked_ = has_length_ = false;
  left_ = 0;
  auto lines = text.substr(0, end + 2);
  const auto line_end = lines.find("\r\n");
  if (!read_status_line(lines.substr(0, line_end))) return bad("the status line is malformed");
  headers_from_ = at_ + line_end + 2;
  headers_to_ = at_ + end + 2;
  for (lines.remove_prefix(line_end + 2); !lines.empty();) {
    const auto next = lines.find("\r\n");
    if (!read_header(lines.substr(0, next)))
      return bad(why_.empty() ? "a header is malformed" : why_);
    lines.remove_prefix(next + 2);
  }
  at_ += end + 4;
  return after_head();
}

bool HttpReader::read_status_line(std::string_view line) {
  // HTTP/1.x SP 3 digits [SP reason]
  if (line.size() < 12 || (line[7] != '0' && line[7] != '1') || line[8] != ' ') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  for (const char c : line)
    if (c == '\r' || c == '\n' || c == '\0') return false;
  std::size_t status = 0;
  if (!is_digit(line[9]) || !read_number(line.substr(9, 3), 10, status)) return false;
  status_ = static_cast<int>(status);
  version_1_0_ = line[7] == '0';
  keeps_alive_ = !version_1_0_;
  return status_ >= 100;
}

bool HttpReader::read_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || colon == 0) return false;
  const auto name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), is_token_char)) return false;  // folded lines too
  const auto value = trimmed(line.substr(colon + 1));
  for (const char c : value)
    if (c == '\r' || c == '\n' || c == '\0') return false;

  if (same(name, "content-length")) {
    if (has_length_) return why_ = "the answer has two lengths", false;
    has_length_ = true;
    return !value.empty() && is_digit(value[0]) && read_number(value, 10, left_);
  }
  if (same(name, "transfer-encoding")) {
    if (chunked_ || !same(value, "chunked"))
      return why_ = "the transfer encoding is not just chunked", false;
    chunked_ = true;
  }
  if (same(name, "connection")) {
    if (lists(value, "close")) keeps_alive_ = false;
    if (version_1_0_ && lists(value, "keep-alive")) keeps_alive_ = true;
  }
  return true;
}

/// Decides where the body ends.
HttpReader::Step HttpReader::after_head() {
  if (status_ < 200) {
    // An interim answer (100, 103): the real one follows. 101 would change the protocol.
    if (status_ == 101 || ++interim_answers_ > interim_answers_max)
      return bad("unexpected interim answer");
    return Step::next;
  }
  if (chunked_ && has_length_) return bad("the answer has two lengths");
  body_from_ = body_to_ = at_;
  if (to_head_ || status_ == 204 || status_ == 304) {
    part_ = Part::over;
  } else if (chunked_) {
    part_ = Part::chunk_size;
  } else if (!has_length_) {
    keeps_alive_ = false;
    part_ = Part::body_to_end;
  } else {
    if (left_ > bounds_.body_bytes_max) return bad("the body is too large");
    part_ = Part::body;
    // The next `space` must offer room beyond the body, so nothing grows again on the way.
    reserve(at_ + left_ + space_min);
  }
  return Step::next;
}

// ---- the body, in one of three framings

HttpReader::Step HttpReader::read_body() {
  if (size_ - at_ < left_) return Step::wait;
  at_ += left_;
  body_to_ = at_;
  part_ = Part::over;
  return Step::next;
}

HttpReader::Step HttpReader::read_body_to_end() {
  at_ = body_to_ = size_;
  if (body_to_ - body_from_ > bounds_.body_bytes_max) return bad("the body is too large");
  return Step::wait;
}

HttpReader::Step HttpReader::read_chunk_size() {
  const auto text = view(at_, size_);
  const auto end = text.find("\r\n");
  if (std::min(end, text.size()) > chunk_line_max) return bad("a chunk's size line is too long");
  if (end == text.npos) return Step::wait;
  auto digits = text.substr(0, end);
  digits = trimmed(digits.substr(0, digits.find(';')));  // extensions mean nothing to us
  if (!read_number(digits, 16, left_)) return bad("a chunk has no size");
  if (left_ > bounds_.body_bytes_max - (body_to_ - body_from_)) return bad("the body is too large");
  at_ += end + 2;
  part_ = left_ == 0 ? Part::trailer : Part::chunk;
  return Step::next;
}

/// Joins what has come of a chunk to the body so far.
HttpReader::Step HttpReader::read_chunk() {
  const auto bytes = std::min(left_, size_ - at_);
  std::memmove(buffer_.get() + body_to_, buffer_.get() + at_, bytes);
  body_to_ += bytes;
  at_ += bytes;
  left_ -= bytes;
  if (left_ > 0) return Step::wait;
  part_ = Part::chunk_end;
  return Step::next;
}

HttpReader::Step HttpReader::read_chunk_end() {
  if (size_ - at_ < 2) return Step::wait;
  if (view(at_, at_ + 2) != "\r\n") return bad("a chunk is longer than it says");
  at_ += 2;
  part_ = Part::chunk_size;
  return Step::next;
}

HttpReader::Step HttpReader::read_trailer() {
  const auto text = view(at_, size_);
  const auto end = text.find("\r\n");
  const auto length = std::min(end, text.size());
  if (trailer_bytes_ + length > bounds_.header_bytes_max) return bad("the trailer is too large");
  if (end == text.npos) return Step::wait;
  trailer_bytes_ += end + 2;
  at_ += end + 2;
  if (end == 0) part_ = Part::over;
  return Step::next;
}

/// Framing that was read is dropped, so a chunked body takes no more room than a plain one.
void HttpReader::close_gap() {
  const bool joining = part_ == Part::chunk_size || part_ == Part::chunk ||
                       part_ == Part::chunk_end || part_ == Part::trailer;
  if (!joining || at_ == body_to_) return;
  std::memmove(buffer_.get() + body_to_, buffer_.get() + at_, size_ - at_);
  size_ -= at_ - body_to_;
  at_ = body_to_;
}

}  // namespace signalbox
