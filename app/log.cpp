#include "app/log.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>

#include "messages/codec_text.hpp"

namespace signalbox {
namespace {

constexpr auto pattern = "%Y-%m-%dT%H:%M:%S.%fZ %-7l %v";

spdlog::level::level_enum as_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: break;
  }
  return spdlog::level::off;
}

}  // namespace

struct Log::Impl {
  explicit Impl(spdlog::sink_ptr sink)
      : pool(std::make_shared<spdlog::details::thread_pool>(lines_max, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            "signalbox", std::move(sink), pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_pattern(pattern, spdlog::pattern_time_type::utc);
    logger->flush_on(spdlog::level::trace);
    // spdlog would print to standard error, which may be what does not work.
    logger->set_error_handler([this](const std::string&) { ++failed; });
  }
  ~Impl() { pool.reset(); }

  void tell_dropped() {
    const std::uint64_t now = pool->overrun_counter();
    const auto before = told.load();
    // One line in each queue's length: telling must not push out what it tells of.
    if (now < before + lines_max && (now == before || pool->queue_size() > lines_max / 2)) return;
    auto expected = before;
    if (told.compare_exchange_strong(expected, now))
      logger->log(spdlog::level::err, "{} lines of this log were lost: they came too fast",
                  now - before);
  }

  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> told{0};
  std::shared_ptr<spdlog::details::thread_pool> pool;  // ends, its queue written, after the logger
  std::shared_ptr<spdlog::async_logger> logger;
};

Result<std::unique_ptr<Log>> Log::open(const LogSettings& settings) try {
  spdlog::sink_ptr sink;
  if (settings.file.empty())
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  else
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file.string());
  auto impl = std::make_unique<Impl>(std::move(sink));
  impl->logger->set_level(as_spdlog(settings.level));
  return std::unique_ptr<Log>{new Log{std::move(impl)}};
} catch (const spdlog::spdlog_ex& e) {
  return signalbox::failed(Fault::unavailable, e.what());
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() {
  if (const auto lost = dropped() - impl_->told.load(); lost > 0)
    impl_->logger->log(spdlog::level::err, "{} lines of this log were lost: they came too fast",
                       lost);
}

bool Log::wants(LogLevel level) const { return impl_->logger->should_log(as_spdlog(level)); }

void Log::write(LogLevel level, std::string_view line) {
  if (!wants(level)) return;
  if (codec::is_printable(line))
    impl_->logger->log(as_spdlog(level), spdlog::string_view_t{line.data(), line.size()});
  else
    impl_->logger->log(as_spdlog(level), codec::printable(line));
  impl_->tell_dropped();
}

std::uint64_t Log::dropped() const { return impl_->pool->overrun_counter(); }
std::uint64_t Log::failed_writes() const { return impl_->failed.load(); }

}  // namespace signalbox
