#include "tests/messages/bus_docs.hpp"
#include "tests/support/generated_page.hpp"

int main(int argc, char** argv) {
  return signalbox::docs::keep_generated_page(argc, argv, "messages",
                                              signalbox::docs::bus_tables());
}
