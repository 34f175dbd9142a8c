#include "messages/codec_writer.hpp"

#include <algorithm>
#include <array>
#include <msgpack.hpp>

#include "messages/codec_text.hpp"

namespace signalbox::codec {
namespace {

/// What msgpack's packer writes to.
struct Append {
  std::string& out;
  void write(const char* data, std::size_t size) { out.append(data, size); }
};

/// As msgpack's packer writes it. Most texts are short: their header is one byte, and half of what
/// it costs to record a signal is writing them.
void pack_text(Append to, std::string_view text) {
  constexpr std::size_t short_max = 31;  // bytes
  constexpr unsigned short_header = 0xa0;
  if (text.size() <= short_max) {
    to.out.push_back(static_cast<char>(short_header | text.size()));
    to.out.append(text);
    return;
  }
  msgpack::packer<Append> packer{to};
  packer.pack_str(static_cast<std::uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

}  // namespace

void Writer::map(std::size_t pairs) {
  Append to{out_};
  msgpack::packer<Append>{to}.pack_map(static_cast<std::uint32_t>(pairs));
}

void Writer::list(std::size_t items) {
  Append to{out_};
  msgpack::packer<Append>{to}.pack_array(static_cast<std::uint32_t>(items));
}

void Writer::key(std::string_view name) { pack_text({out_}, name); }

void Writer::text(std::string_view text) {
  if (is_printable(text))
    pack_text({out_}, text);
  else
    pack_text({out_}, printable(text));
}

void Writer::decimal(Decimal value) {
  std::array<char, Decimal::text_max> text;
  const char* end = value.write(text.data());
  pack_text({out_}, {text.data(), static_cast<std::size_t>(end - text.data())});
}

void Writer::boolean(bool value) {
  Append to{out_};
  msgpack::packer<Append> packer{to};
  value ? packer.pack_true() : packer.pack_false();
}

void Writer::unsigned_integer(std::uint64_t value) {
  Append to{out_};
  msgpack::packer<Append>{to}.pack_uint64(value);
}

void Writer::signed_integer(std::int64_t value) {
  Append to{out_};
  msgpack::packer<Append>{to}.pack_int64(value);
}

void write_fields(Writer& w, std::span<const WriteSlot> slots) {
  w.map(static_cast<std::size_t>(std::ranges::count_if(slots, &WriteSlot::present)));
  for (const auto& slot : slots) {
    if (!slot.present) continue;
    w.key(slot.name);
    slot.write(w, slot.value);
  }
}

}  // namespace signalbox::codec
