// An HTTP answer in pieces: whatever the cut, it reads the same.
#include <algorithm>
#include <string>

#include "connectors/transport/http_reader.hpp"
#include "connectors/transport/pacer.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;

namespace {

struct Read {
  HttpReader::State state = HttpReader::State::more;
  int status = 0;
  std::string headers, body;
  friend bool operator==(const Read&, const Read&) = default;
};

Read read_in_pieces(std::string_view text, std::size_t piece, bool to_head) {
  HttpReader reader{{.header_bytes_max = 4096, .body_bytes_max = 65536}};
  Read read;
  reader.start(to_head);
  while (read.state == HttpReader::State::more && !text.empty()) {
    const auto space = reader.space();
    const auto size = std::min({piece, text.size(), space.size()});
    std::copy_n(text.data(), size, space.data());
    text.remove_prefix(size);
    read.state = reader.received(size);
  }
  if (read.state == HttpReader::State::more) read.state = reader.ended();
  if (read.state != HttpReader::State::complete) return {.state = read.state};
  read.status = reader.status();
  read.headers = reader.headers();
  read.body = reader.body();
  return read;
}

/// Budgets and bans that an answer tells: no wait may be longer than the bound.
void obey(const Read& read) {
  Pacer pacer{
      {.limits = {{.window = std::chrono::minutes{1}, .most = 100, .used_header = "X-Used"}}}};
  const MonoTime now{std::chrono::hours{1}};
  pacer.on_answer(now, read.status, read.headers);
  const auto pace = pacer.ask(now, PaceClass::exit, {.weight = 1, .orders = 0});
  fuzz::must(pace.kind == Pace::Kind::go || pace.until <= now + PacerOptions{}.hold_max);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::Input input{bytes, size};
  for (const bool to_head : {false, true}) {
    const auto by_byte = read_in_pieces(input.text(), 1, to_head);
    const auto whole = read_in_pieces(input.text(), std::max<std::size_t>(size, 1), to_head);
    // Bytes behind the end of an answer are seen only when they come with it: that is `bad`.
    if (whole.state != HttpReader::State::complete) continue;
    fuzz::must(by_byte == whole);
    obey(whole);
  }
  return 0;
}
