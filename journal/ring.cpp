#include "journal/ring.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <new>

#include "journal/file_io.hpp"
#include "journal/record.hpp"

namespace signalbox {
namespace {

// The positions in the header page are plain u64, which read_ring_tail reads as little-endian.
static_assert(std::endian::native == std::endian::little, "the live ring needs a port");

/// Header page, data, and the data once more, all in one stretch of addresses.
std::byte* map_twice(int file, std::size_t data_bytes) {
  const std::size_t all = ring_header_bytes + 2 * data_bytes;
  void* const base = ::mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return nullptr;
  auto* const at = static_cast<std::byte*>(base);
  constexpr int protection = PROT_READ | PROT_WRITE;
  constexpr int flags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
  if (::mmap(at, ring_header_bytes + data_bytes, protection, flags, file, 0) == MAP_FAILED ||
      ::mmap(at + ring_header_bytes + data_bytes, data_bytes, protection, flags, file,
             static_cast<off_t>(ring_header_bytes)) == MAP_FAILED) {
    const int error = errno;
    ::munmap(base, all);
    errno = error;
    return nullptr;
  }
  return at;
}

/// `link` refuses to overwrite, `rename` replaces in one step.
int put_in_place(const std::filesystem::path& from, const std::filesystem::path& to,
                 Ring::Placement placement) {
  if (placement == Ring::Placement::may_replace) return ::rename(from.c_str(), to.c_str());
  if (::link(from.c_str(), to.c_str()) != 0) return -1;
  return ::unlink(from.c_str());
}

}  // namespace

Result<std::unique_ptr<Ring>> Ring::create(const std::filesystem::path& path, RingHeader header,
                                           Placement placement) {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  if (page > ring_header_bytes)
    return failed(Fault::internal, "the journal ring needs pages of 4 KiB");
  header.data_bytes = (header.data_bytes + page - 1) / page * page;
  const auto data_bytes = static_cast<std::size_t>(header.data_bytes);

  // A leftover of this name is from a start that died here; nobody has ever used it.
  auto unfinished = path;
  unfinished += ".new";
  ::unlink(unfinished.c_str());
  const FileHandle file{::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file) return system_failure("make the journal ring", unfinished, errno);
  if (const int error =
          ::posix_fallocate(file.get(), 0, static_cast<off_t>(ring_header_bytes + data_bytes));
      error != 0)
    return system_failure("reserve the journal ring", unfinished, error);

  std::byte* const base = map_twice(file.get(), data_bytes);
  if (base == nullptr) return system_failure("map the journal ring", unfinished, errno);
  std::byte* const data = base + ring_header_bytes;
  // Every page is touched now, in both mappings, so that no append takes a page fault.
  std::memset(data, 0, data_bytes);
  for (std::size_t i = 0; i < data_bytes; i += page) {
    volatile std::byte* const mirrored = data + data_bytes + i;
    *mirrored = std::byte{0};
  }
  encode_ring_header(header, std::span<std::byte, ring_header_bytes>{base, ring_header_bytes});
  auto ring = std::unique_ptr<Ring>(new Ring(base, data, data_bytes));

  // On tmpfs this costs nothing; on a disk the header must be readable after a power loss.
  if (::fsync(file.get()) != 0) return system_failure("write", unfinished, errno);
  if (put_in_place(unfinished, path, placement) != 0)
    return system_failure("put the journal ring in place at", path, errno);
  if (auto done = sync_directory(path.parent_path()); !done)
    return tl::unexpected<Error>(done.error());
  return ring;
}

Ring::Ring(std::byte* header, std::byte* data, std::size_t data_bytes)
    : header_(header), data_(data), data_bytes_(data_bytes) {
  new (header_ + ring_published_at) Position{0};
  new (header_ + ring_freed_at) Position{0};
}

Ring::~Ring() { ::munmap(header_, ring_header_bytes + 2 * data_bytes_); }

Result<void> Ring::append(const RecordView& record, RecordUse use) {
  const std::uint64_t share = ring_share(data_bytes_, use);
  const std::uint64_t bytes = ring_footprint(record_bytes(record.payload.size()));
  if (next_ + bytes - seen_freed_ > share) {
    seen_freed_ = freed();
    if (next_ + bytes - seen_freed_ > share)
      return failed(Fault::full, use == RecordUse::exit
                                     ? "the journal ring is full"
                                     : "the journal ring is full but for its reserve for exits");
  }
  const auto written =
      encode_record(record, {data_ + next_ % data_bytes_, static_cast<std::size_t>(bytes)});
  if (!written) return tl::unexpected<Error>(written.error());
  next_ += bytes;
  position(ring_published_at).store(next_, std::memory_order_release);
  return {};
}

std::span<const std::byte> Ring::ready() const {
  const std::uint64_t from = position(ring_freed_at).load(std::memory_order_relaxed);
  return {data_ + from % data_bytes_, static_cast<std::size_t>(published() - from)};
}

void Ring::free(std::uint64_t bytes) {
  auto& freed = position(ring_freed_at);
  freed.store(freed.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
}

std::size_t Ring::used() const {
  const std::uint64_t from = freed();  // first: the difference can then only be too large
  return static_cast<std::size_t>(published() - from);
}

}  // namespace signalbox
