#include "progress_lines.hpp"

#include <fmt/format.h>

#include "insight/words.hpp"

namespace tessera::progress {

using words::count_in_words;

std::string of_ingest(const RunResults& results, bool from_checkpoint) {
  std::uint64_t rows = 0;
  for (const SourceReport& source : results.ingest.sources) rows += source.rows_read;
  const std::size_t sources = results.ingest.sources.size();
  return fmt::format("{} accounts of {} rows in {} source{}{}", count_in_words(results.accounts.n_global),
                     count_in_words(rows), sources, sources == 1 ? "" : "s",
                     from_checkpoint ? ", from the checkpoint" : "");
}

std::string of_last_night(const LastNight& last_night) {
  return fmt::format("{} of the {} accounts of {} are there tonight", count_in_words(last_night.shared),
                     count_in_words(last_night.accounts), last_night.night);
}

std::string of_gate(const GateReport& gate) {
  if (gate.checks.empty()) return "";
  const GateVerdict verdict = gate.verdict();
  return fmt::format("{} checks of the gate, {} of them hold the night, {} warn of it", gate.checks.size(),
                     verdict.holds.size(), verdict.warnings.size());
}

std::string of_results(const Published& published) {
  return fmt::format("{} in {}", words::bytes_in_words(published.bytes), published.path);
}

std::string of_stop(const std::string& stage, Kept kept, const std::string& folder) {
  const std::string where = stage.empty() ? "before the first stage" : fmt::format("in stage \"{}\"", stage);
  std::string next = fmt::format("it goes on from the checkpoint in {}", folder);
  if (kept == Kept::kNight)
    next = fmt::format(
        "it reads the sources from the start, as they had not been read to the end; {} keeps which night it is. Give "
        "it more time than that takes, or it is stopped there again",
        folder);
  if (kept == Kept::kEarlier) next = "it goes on from the last checkpoint that could be kept, or from the sources";
  return fmt::format("stopped {}, as it was asked to: nothing was published. Start the job again with --resume: {}",
                     where, next);
}

}  // namespace tessera::progress
