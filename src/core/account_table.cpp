#include "tessera/account_table.hpp"

namespace tessera {

const Column* AccountTable::find(std::string_view text) const noexcept {
  const Column* bare = nullptr;
  const Column* full = nullptr;
  for (const Column& column : columns) {
    if (text == column.name) {
      if (bare != nullptr) return nullptr;
      bare = &column;
    }
    const std::size_t dot = column.source.size();
    if (text.size() == dot + 1 + column.name.size() && text.starts_with(column.source) && text[dot] == '.' &&
        text.ends_with(column.name)) {
      full = &column;
    }
  }
  return bare != nullptr ? bare : full;
}

}  // namespace tessera
