#include "ingest/block_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "ingest/blocks_alone.hpp"
#include "ingest/parallel_blocks.hpp"
#include "parallel/agreement.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

std::uint64_t range_begin(std::uint64_t bytes, int rank, int size) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(bytes) * static_cast<unsigned>(rank) /
                                    static_cast<unsigned>(size));
}

/// The files of one rank, whole: each of its blocks is of a file that starts with this rank.
std::vector<Block> blocks_of_owner(const CsvSource& source, int rank, std::uint64_t block_bytes) {
  std::vector<Block> blocks;
  for (const CsvFile& file : source.files) {
    if (file.owner != rank) continue;
    const std::vector<Block> of_file =
        cut_blocks(source, file.first, file.first + (file.bytes - file.body), block_bytes);
    blocks.insert(blocks.end(), of_file.begin(), of_file.end());
  }
  return blocks;
}

std::vector<Passage> scan_blocks(const CsvSource& source, const std::vector<Block>& blocks, int threads) {
  const auto files = open_files(source, blocks);
  std::vector<Passage> passages(blocks.size());
  for_each_in_parallel(threads, blocks.size(), [&](std::size_t b) {
    const Block& block = blocks[b];
    std::string bytes(block.end - block.begin, '\0');
    files[block.file]->read(block.begin, bytes);
    passages[b] = scan_passage(bytes, block.begin, source.delimiter);
    const CsvFile& file = source.files[block.file];
    if (block.begin == file.body) passages[b] = compose(file_start(file.header_lines), passages[b]);
  });
  return passages;
}

/// The line of a byte: counted only once something is wrong with it.
std::uint64_t line_of(const InputFile& file, std::uint64_t offset) {
  std::uint64_t line = 1;
  std::string bytes;
  for (std::uint64_t at = 0; at < offset; at += bytes.size()) {
    bytes.resize(std::min<std::uint64_t>(std::uint64_t{1} << 20, offset - at));
    file.read(at, bytes);
    line += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  }
  return line;
}

/// Gives each block its state and line; a file that ends within quotes is the error.
std::optional<Error> settle_blocks(const CsvSource& source, const std::vector<Passage>& passages, Passage so_far,
                                   std::vector<Block>& blocks) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    Block& block = blocks[b];
    const CsvFile& file = source.files[block.file];
    if (block.begin == file.body) so_far = file_start(file.header_lines);
    block.state = so_far.next[0];
    block.line = so_far.lines + 1;
    so_far = compose(so_far, passages[b]);
    if (block.end == file.bytes && so_far.next[0] == QuoteState::kInQuotes)
      return Error(ExitCode::kBadData,
                   fmt::format("{}:{}: the quote that opens on this line is never closed: the file may be cut short, "
                               "or a quote within the field is not doubled",
                               file.path, line_of(*open_files(source, {block})[block.file], so_far.opened[0])));
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::shared_ptr<const InputFile>> open_files(const CsvSource& source, const std::vector<Block>& blocks) {
  std::vector<std::shared_ptr<const InputFile>> files(source.files.size());
  for (const Block& block : blocks) {
    const CsvFile& file = source.files[block.file];
    if (!files[block.file])
      files[block.file] = file.unpacked ? file.unpacked : std::make_shared<const InputFile>(file.path);
  }
  return files;
}

std::vector<Block> cut_blocks(const CsvSource& source, std::uint64_t begin, std::uint64_t end,
                              std::uint64_t block_bytes) {
  std::vector<Block> blocks;
  for (std::size_t f = 0; f < source.files.size(); ++f) {
    const CsvFile& file = source.files[f];
    const std::uint64_t first = std::max(begin, file.first);
    const std::uint64_t last = std::min(end, file.first + (file.bytes - file.body));
    for (std::uint64_t at = first; at < last; at += block_bytes) {
      Block& block = blocks.emplace_back();
      block.file = static_cast<std::uint32_t>(f);
      block.begin = file.body + (at - file.first);
      block.end = file.body + (std::min(at + block_bytes, last) - file.first);
    }
  }
  return blocks;
}

BlockPlan plan_blocks(const Context& context, const CsvSource& source, const Limits& limits) {
  const parallel::Communicator& comm = context.comm;
  BlockPlan plan;
  plan.blocks = source.any_packed()
                    ? blocks_of_owner(source, comm.rank(), limits.block_bytes)
                    : cut_blocks(source, range_begin(source.bytes, comm.rank(), comm.size()),
                                 range_begin(source.bytes, comm.rank() + 1, comm.size()), limits.block_bytes);
  const std::vector<Passage> passages =
      parallel::compute_together(comm, [&] { return scan_blocks(source, plan.blocks, context.threads); });

  Passage mine = no_passage();
  std::uint64_t lines = 0;
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    mine = compose(mine, passages[b]);
    lines += passages[b].lines;
  }
  const Passage before = comm.scan_before(mine, no_passage(), compose);
  std::optional<Error> unclosed;
  parallel::run_together(comm, [&] { unclosed = settle_blocks(source, passages, before, plan.blocks); });
  parallel::throw_together(comm, unclosed);
  plan.most_rows_global = comm.all_reduce<parallel::Reduce::kSum>(lines) + source.files.size();
  return plan;
}

std::vector<Block> plan_blocks_alone(const CsvSource& source, const Limits& limits) {
  std::vector<Block> blocks = cut_blocks(source, 0, source.bytes, limits.block_bytes);
  if (const auto unclosed = settle_blocks(source, scan_blocks(source, blocks, 1), no_passage(), blocks))
    throw *unclosed;
  return blocks;
}

}  // namespace tessera::intake
