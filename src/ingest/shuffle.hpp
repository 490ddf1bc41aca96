#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ingest/block_plan.hpp"
#include "ingest/limits.hpp"
#include "ingest/quarantine.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/typed_reader.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// What there is to read of one source.
struct SourceReading {
  std::uint32_t index = 0;  ///< of the source in the job
  CsvSource files;
  std::vector<Block> blocks;           ///< this rank's
  std::uint64_t most_rows_global = 0;  ///< no more rows than that
  SourcePlan plan;
};

/// How many blocks a rank reads between two exchanges. All ranks may send to one, so the more ranks there are, the less
/// each sends at a time.
[[nodiscard]] std::size_t blocks_a_round(const Limits& limits, int n_ranks);

/// The rows of one block, and which of the rank's readers has read them.
struct RoundBlock {
  BlockRows rows;
  std::uint32_t reader = 0;
};

/// One reading of a source by a plan, in rounds of bounded size, on the threads that there are.
class SourcePass {
 public:
  /// All but the learning outlive the pass.
  SourcePass(const Context& context, const SourceReading& reading, const SourcePlan& plan, Learns learns,
             const Limits& limits);
  SourcePass(const SourcePass&) = delete;
  SourcePass& operator=(const SourcePass&) = delete;

  /// Collective. For every round, reads this rank's next blocks, gives them to `local` (which must not communicate;
  /// what it throws, all ranks throw), and then calls `together` (which may). Throws Error(kNoInput).
  void for_each_round(const std::function<void(std::vector<RoundBlock>&)>& local,
                      const std::function<void()>& together);

  [[nodiscard]] std::vector<TypedReader>& readers() noexcept { return readers_; }
  /// Hands over the bad rows that the readers have met since it was last called.
  void set_aside_into(Quarantine& quarantine);
  [[nodiscard]] std::uint64_t rows_read() const noexcept;  ///< by this rank, good or not

 private:
  void read_blocks(std::span<const Block> blocks, std::vector<RoundBlock>& round);

  const Context& context_;
  const SourceReading& reading_;
  const Limits& limits_;
  Learns learns_;
  std::vector<TypedReader> readers_;
  std::vector<std::shared_ptr<const InputFile>> files_;
};

struct Shuffled {
  ArrivedRows rows;             ///< those that this rank owns
  std::uint64_t rows_read = 0;  ///< by this rank, good or not
};

/// Collective. Sends every good row of a pass to the rank that owns its account, in rounds of bounded size. Throws
/// Error(kNoInput).
[[nodiscard]] Shuffled shuffle_rows(const Context& context, const std::string& name, const SourceReading& reading,
                                    const SourcePlan& plan, SourcePass& pass, Quarantine& quarantine);

/// Collective. The same for rows that are not kept: what a round brings goes to `take`, which must not communicate, so
/// that rows are never all at rest, however many one account has. `plan` is settled.
void shuffle_in_rounds(const Context& context, const std::string& name, const SourcePlan& plan, SourcePass& pass,
                       Quarantine& quarantine, const std::function<void(const ArrivedRows&)>& take);

}  // namespace tessera::intake
