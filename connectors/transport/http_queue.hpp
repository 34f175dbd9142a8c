#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "connectors/transport/http_connection.hpp"

namespace signalbox {

/// The requests of a pool that wait for a connection: exits first, otherwise in the order they
/// came. Bounded by its owner. Buffers are kept, so waiting costs a copy and no allocation.
class HttpQueue {
 public:
  struct Waiting {
    HttpRequest request;
    std::string bytes;
  };

  std::size_t size() const { return size_; }

  void push_back(const HttpRequest& request, std::string_view bytes) {
    if (size_ == slots_.size()) slots_.emplace_back();
    slots_[size_].request = request;
    slots_[size_].bytes.assign(bytes);
    ++size_;
  }

  /// The first exit, else the first request, that `may_go` allows; nullptr when there is none. A
  /// request whose key an earlier one still waits with is not asked about.
  Waiting* first(const std::function<bool(const HttpRequest&)>& may_go) {
    for (const bool exits : {true, false})
      for (std::size_t i = 0; i < size_; ++i)
        if (slots_[i].request.route.exit == exits && !key_waits_before(i) &&
            may_go(slots_[i].request))
          return &slots_[i];
    return nullptr;
  }

  void erase(Waiting* one) {
    std::rotate(one, one + 1, slots_.data() + size_);
    --size_;
  }

  /// Takes out what `due` says, calling `each` for it.
  template <class Due, class Each>
  void take_if(Due due, Each each) {
    for (std::size_t i = 0; i < size_;) {
      if (!due(slots_[i].request)) {
        ++i;
        continue;
      }
      const auto request = slots_[i].request;
      erase(&slots_[i]);
      each(request);
    }
  }

  bool has_key(std::uint64_t key) const { return key_waits_before(size_, key); }

  template <class Each>
  void for_each(Each each) const {
    for (std::size_t i = 0; i < size_; ++i) each(slots_[i].request);
  }

 private:
  bool key_waits_before(std::size_t i) const {
    return key_waits_before(i, slots_[i].request.route.key);
  }
  bool key_waits_before(std::size_t i, std::uint64_t key) const {
    if (key == 0) return false;
    return std::any_of(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(i),
                       [key](const Waiting& each) { return each.request.route.key == key; });
  }

  std::vector<Waiting> slots_;
  std::size_t size_ = 0;  // slots beyond it are empty and keep their buffers
};

}  // namespace signalbox
