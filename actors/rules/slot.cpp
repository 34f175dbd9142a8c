#include "actors/rules/slot.hpp"

namespace signalbox {

void LegView::on(const LegEvent& event, MonoTime now) {
  using What = LegEvent::What;
  switch (event.what) {
    case What::sent: *this = LegView{.state = State::sent, .quantity = event.quantity}; break;
    case What::pending:
      if (state != State::cancelling) state = State::pending;
      break;
    case What::standing:
      // A cancel on its way is not taken back by a late confirmation of the order.
      if (state != State::cancelling) state = State::standing;
      if (event.quantity.is_positive()) quantity = event.quantity;
      break;
    case What::triggered:
      if (!triggered_at) triggered_at = now;
      break;
    case What::filled:
      if (event.late) break;  // of an earlier order of this leg: the newest sells what it sells
      filled += event.quantity;
      // A fill proves that the order is at the venue.
      if (state == State::sent || state == State::unknown || state == State::pending)
        state = State::standing;
      break;
    case What::cancelling:
      if (live()) state = State::cancelling;
      break;
    case What::freed:
    case What::funds: break;  // of the bracket
    case What::unknown:
      if (live() && state != State::cancelling) state = State::unknown;
      break;
    case What::ended: state = State::none; break;
  }
}

}  // namespace signalbox
