// What one peer of the commands socket sends: however it is cut, it reads the same.
#include <algorithm>
#include <string>
#include <vector>

#include "bus/zmtp.hpp"
#include "bus/zmtp_decoder.hpp"
#include "fuzz/input.hpp"

using namespace signalbox;
using What = ZmtpDecoder::What;

namespace {

constexpr ZmtpLimits limits{.frame_bytes_max = 2048, .message_bytes_max = 8192, .frames_max = 16};

/// Everything that the peer made the decoder say, in order.
struct Heard {
  std::vector<What> steps;
  std::vector<std::string> texts;
  std::string name;
  friend bool operator==(const Heard&, const Heard&) = default;
};

void take(ZmtpDecoder& decoder, What what, Heard& heard) {
  heard.steps.push_back(what);
  if (what == What::ping) heard.texts.emplace_back(decoder.ping_context());
  if (what == What::ready) heard.name = decoder.name();
  if (what == What::message) {
    const auto message = decoder.message("peer");
    fuzz::must(!message.frames.empty() && message.frames.front() == "peer");
    fuzz::must(message.count <= limits.frames_max + 1);
    for (const auto frame : message.frames.subspan(1)) {
      fuzz::must(frame.size() <= limits.frame_bytes_max);
      heard.texts.emplace_back(frame);
    }
  }
}

Heard hear(std::string_view bytes, std::size_t piece) {
  ZmtpDecoder decoder{limits};
  Heard heard;
  std::string unread;
  while (!bytes.empty()) {
    unread.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      // Of exactly its size: a read beyond what has come is found.
      const std::vector<char> exact{unread.begin(), unread.end()};
      const auto step = decoder.next({exact.data(), exact.size()});
      if (step.what == What::want_bytes) break;
      fuzz::must(step.used <= unread.size());
      take(decoder, step.what, heard);
      if (step.what == What::broken) return heard;
      unread.erase(0, step.used);
    }
  }
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::Input input{bytes, size};
  // What nobody gets past by chance comes first when the input does not bring it.
  const auto text = zmtp::greeting() + std::string{input.text()};
  for (const auto whole : {std::string_view{text}, input.text()}) {
    const auto at_once = hear(whole, std::max<std::size_t>(whole.size(), 1));
    fuzz::must(hear(whole, 1) == at_once);
    fuzz::must(hear(whole, 7) == at_once);
  }
  return 0;
}
