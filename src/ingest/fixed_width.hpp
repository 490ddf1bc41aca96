#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/unpacker.hpp"

namespace tessera::intake {

/// Text whose fields have a fixed number of characters each, a row a line, in gzip or not. Blanks around a field are
/// padding and go. Lines stay lines: a blank one stays blank, a shorter one becomes a row with too few fields and a
/// longer one a row with too many, so that both are quarantined with their line.
class FixedWidthText final : public Unpacker {
 public:
  /// As many names as widths, two or more; widths in characters of UTF-8.
  FixedWidthText(std::vector<std::string> names, std::vector<std::int64_t> widths)
      : names_(std::move(names)), widths_(std::move(widths)) {}

  [[nodiscard]] CsvHeader header(const InputFile& file) const override;
  void unpack(const InputFile& file, UnpackedText& text) const override;

 private:
  std::vector<std::string> names_;
  std::vector<std::int64_t> widths_;
};

}  // namespace tessera::intake
