#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ingest/csv_source.hpp"
#include "ingest/input_file.hpp"
#include "ingest/limits.hpp"
#include "ingest/quote_state.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// A run of bytes of one file, and how the parser comes to it. The rows that start in it are its own.
struct Block {
  std::uint32_t file = 0;   ///< index into CsvSource::files
  std::uint64_t begin = 0;  ///< offsets in the file
  std::uint64_t end = 0;
  QuoteState state = QuoteState::kRowStart;  ///< at `begin`
  std::uint64_t line = 1;                    ///< 1-based line in the file on which `begin` lies
};

/// What one rank reads of a source.
struct BlockPlan {
  std::vector<Block> blocks;           ///< in the order of the bytes
  std::uint64_t most_rows_global = 0;  ///< no source has more rows than lines
};

/// The bytes [begin, end) of the sequence, cut into blocks that lie in one file each.
[[nodiscard]] std::vector<Block> cut_blocks(const CsvSource& source, std::uint64_t begin, std::uint64_t end,
                                            std::uint64_t block_bytes);

/// The files that the blocks lie in, open; the others are left alone. Throws Error(kNoInput).
[[nodiscard]] std::vector<std::shared_ptr<const InputFile>> open_files(const CsvSource& source,
                                                                       const std::vector<Block>& blocks);

/// Collective. Gives every rank its range of the source's bytes, or the files that it owns, in blocks with the parser
/// state that they start in (every block is scanned from every state, and the passages are composed over blocks and
/// ranks). Throws Error(kBadData) for a quote that is never closed, with its file and line.
[[nodiscard]] BlockPlan plan_blocks(const Context& context, const CsvSource& source, const Limits& limits);

}  // namespace tessera::intake
