#pragma once

#include <memory>
#include <string>

namespace signalbox::test {

/// A certificate authority made for one test, and the certificates it issues. Nothing secret is
/// ever stored: keys live in memory, and only the authority's certificate goes to a file.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;

  /// PEM file of the authority's certificate, for TlsOptions::ca_file.
  const std::string& ca_file() const { return ca_file_; }

  /// For one host name, or one numeric address. PEM.
  struct Issued {
    std::string certificate;
    std::string key;
  };
  Issued issue(const std::string& host) const;
  /// One whose time was over yesterday.
  Issued issue_expired(const std::string& host) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string ca_file_;
};

}  // namespace signalbox::test
