#include "tests/remote/port_pair.hpp"

#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox::test {

void PortPair::to_engine(const Frame& frame) {
  if (frame.type != type_of<ConnectionHello>(connection_hellos)) {
    if (venue_ != nullptr) venue_->on_frame(frame.type, frame.body);
    return;
  }
  const auto hello = decode<ConnectionHello>(frame.body, connection_limits);
  if (!hello) return;
  hello_ = *hello;
  if (venue_ != nullptr && !venue_->on_hello(*hello)) hello_.reset();
}

}  // namespace signalbox::test
