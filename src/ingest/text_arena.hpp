#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tessera::intake {

/// So many bytes behind every cell may be read, though they mean nothing: cells are read in words.
inline constexpr std::size_t kCellPadding = 16;

/// Holds texts that had to be rewritten, such as cells with "" pairs. They stay where they are until clear().
class TextArena {
 public:
  /// Room for `bytes`, and for kCellPadding behind them.
  [[nodiscard]] char* take(std::size_t bytes) {
    const std::size_t needed = bytes + kCellPadding;
    if (blocks_.empty() || left_ < needed) {
      left_ = std::max(kBlock, needed);
      blocks_.push_back(std::make_unique<char[]>(left_));
      at_ = blocks_.back().get();
    }
    left_ -= needed;
    return std::exchange(at_, at_ + needed);
  }
  void clear() noexcept {
    blocks_.clear();
    left_ = 0;
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace tessera::intake
