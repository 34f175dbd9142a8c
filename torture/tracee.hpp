#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace signalbox::torture {

/// What /proc and the kernel tell about a traced process: names for its threads and descriptors,
/// and its memory. Everything is empty for a process that is gone.
class Tracee {
 public:
  explicit Tracee(pid_t process);
  ~Tracee();
  Tracee(const Tracee&) = delete;
  Tracee& operator=(const Tracee&) = delete;

  /// `hot`, `cold`, `journal`, `zmq-io` …; `main` is the thread that started the program.
  std::string role(pid_t thread) const;
  /// `exchange` for a TCP socket, `commands` and the like for the bus, its name for a file of the
  /// journal. Empty: neither journal nor socket.
  std::string descriptor(int fd);
  /// The last part of a path in the process's memory.
  std::string path_at(std::uint64_t address) const;

  std::optional<std::uint64_t> word_at(std::uint64_t address) const;
  std::optional<std::uint8_t> byte_at(std::uint64_t address) const;
  bool write_byte(std::uint64_t address, std::uint8_t value) const;
  /// Where the program itself is loaded.
  std::optional<std::uint64_t> base() const;

 private:
  std::string socket_name(int fd) const;

  const pid_t process_;
  const std::filesystem::path proc_;
  int process_fd_ = -1;
  int memory_ = -1;
  std::map<std::string, std::string> sockets_;  // by the kernel's name of one: socket:[inode]
};

}  // namespace signalbox::torture
