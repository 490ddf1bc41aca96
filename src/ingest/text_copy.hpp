#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "tessera/account_table.hpp"

namespace tessera::intake {

/// memcpy for texts, most of which are short: two overlapping words in place of a call.
inline void copy_text(char* out, std::string_view text) noexcept {
  const std::size_t n = text.size();
  const char* const in = text.data();
  if (n > 16) {
    std::memcpy(out, in, n);
  } else if (n >= 8) {
    std::memcpy(out, in, 8);
    std::memcpy(out + n - 8, in + n - 8, 8);
  } else if (n >= 4) {
    std::memcpy(out, in, 4);
    std::memcpy(out + n - 4, in + n - 4, 4);
  } else if (n > 0) {
    out[0] = in[0];
    out[n / 2] = in[n / 2];
    out[n - 1] = in[n - 1];
  }
}

/// Appends n texts, which text_at(i) gives.
template <class TextAt>
void append_texts(std::size_t n, TextAt text_at, TextColumn& column) {
  const std::size_t first = column.ends.size();
  std::size_t end = column.bytes.size();
  column.ends.resize(first + n);
  for (std::size_t i = 0; i < n; ++i) column.ends[first + i] = end += text_at(i).size();
  const std::size_t before = column.bytes.size();
  column.bytes.resize(end);
  char* out = column.bytes.data() + before;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string_view text = text_at(i);
    copy_text(out, text);
    out += text.size();
  }
}

}  // namespace tessera::intake
