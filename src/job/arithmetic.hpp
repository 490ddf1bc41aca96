#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "tessera/job.hpp"

namespace tessera::job {

/// Where a text is no arithmetic, and why.
struct ArithmeticMistake {
  std::size_t offset = 0;  ///< bytes from the start of the text
  std::string what;        ///< what is wrong; what was found; what was expected
};

/// Reads + - * / with their usual precedence and from left to right, unary minus, parentheses, decimal numbers, and
/// columns: bare where the name is letters, digits, "_" and "." (and does not start with a digit or "."), else between
/// backticks. The columns' places are offsets in bytes for now (ColumnRef::column; line 0). Hostile text is a mistake,
/// never a crash: length and nesting are bounded.
[[nodiscard]] std::variant<Arithmetic, ArithmeticMistake> parse_arithmetic(std::string_view text);

}  // namespace tessera::job
