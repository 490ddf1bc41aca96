#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace tessera::cli {

/// A table for a terminal: columns as wide as their widest cell (in characters, not bytes), the first left-aligned, the
/// others right-aligned unless keep_left() says otherwise.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> titles);
  void keep_left(std::size_t column) { left_[column] = true; }
  /// Cells past the titles are dropped; missing ones are blank.
  void add(std::vector<std::string> cells);
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;  ///< the first holds the titles
  std::vector<bool> left_;
};

}  // namespace tessera::cli
