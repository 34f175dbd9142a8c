#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "messages/to_text.hpp"

// Lets a failing CHECK show the messages it compared. Include it in the test, nothing else.
namespace Catch {

template <signalbox::HasFields T>
struct StringMaker<T, void> {
  static std::string convert(const T& message) { return signalbox::to_text(message); }
};

template <signalbox::HasNames E>
struct StringMaker<E, void> {
  static std::string convert(E value) { return std::string{signalbox::name_of(value)}; }
};

}  // namespace Catch
