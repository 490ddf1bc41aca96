#include "ingest/history.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "core/iso_date.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

using Bytes = std::vector<std::byte>;

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append(const WireWriter& writer, Bytes& bytes) {
  const auto more = std::as_bytes(std::span(writer.bytes()));
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Calls work(blocks) for this rank's blocks of every round; ranks with fewer blocks take part with none.
template <class Work>
void for_each_round(const Context& context, const SourceReading& reading, const Limits& limits, Work work) {
  const std::span<const Block> blocks(reading.blocks);
  const std::size_t a_round = blocks_a_round(limits, context.comm.size());
  const std::uint64_t rounds =
      context.comm.all_reduce<parallel::Reduce::kMax>(std::uint64_t{(blocks.size() + a_round - 1) / a_round});
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::size_t first = std::min<std::size_t>(round * a_round, blocks.size());
    work(blocks.subspan(first, std::min(a_round, blocks.size() - first)));
  }
}

/// Folds of one round, by the rank that owns their account.
std::vector<Bytes> packed_by_owner(const std::vector<const Folds*>& parts, int n_ranks) {
  std::vector<WireWriter> writers(static_cast<std::size_t>(n_ranks));
  for (const Folds* folds : parts) {
    for (const auto& [id, fold] : *folds) {
      WireWriter& out = writers[static_cast<std::size_t>(owner_of(account_key(id), n_ranks))];
      out.put_text(id);
      fold.put(out);
    }
  }
  std::vector<Bytes> bytes(writers.size());
  for (std::size_t r = 0; r < bytes.size(); ++r) append(writers[r], bytes[r]);
  return bytes;
}

class Folding {
 public:
  Folding(const Context& context, const History& history, FoldOwner& owner, Quarantine& quarantine)
      : context_(context), comm_(context.comm), history_(history), owner_(owner), quarantine_(quarantine) {
    if (history.lookup != nullptr) seen_.resize(history.lookup->size());
  }

  /// Collective, each.
  void round_of_rows(std::span<const Block> blocks) {
    std::vector<Bytes> out;
    parallel::run_together(comm_, [&] {
      auto sinks = read_into_sinks(history_.reading, blocks, context_.threads, [&] { return FoldingSink(history_); });
      std::vector<const Folds*> parts;
      for (FoldingSink& sink : sinks) {
        count(sink);
        parts.push_back(&sink.folds());
      }
      out = packed_by_owner(parts, comm_.size());
    });
    deliver(std::move(out));
  }

  void round_by_lookup(std::span<const Block> blocks) {
    std::vector<Bytes> out(static_cast<std::size_t>(comm_.size()));
    parallel::run_together(comm_, [&] {
      auto sinks = read_into_sinks(history_.reading, blocks, context_.threads,
                                   [&] { return LinkingSink(history_, comm_.size()); });
      for (LinkingSink& sink : sinks) {
        count(sink);
        for (std::size_t r = 0; r < out.size(); ++r) append(sink.packed()[r], out[r]);
      }
    });
    std::vector<Bytes> came = comm_.exchange(out);
    parallel::run_together(comm_, [&] {
      Folds folds;
      HistoryRows rows(history_);
      for (Bytes& bytes : came) {
        look_up(text_of(bytes), rows, folds);
        bytes = {};
      }
      out = packed_by_owner({&folds}, comm_.size());
    });
    deliver(std::move(out));
  }

  [[nodiscard]] HistoryCounts counts() const noexcept { return counts_; }

 private:
  void count(JudgingSink& sink) {
    counts_.rows_read += sink.rows_read();
    for (QuarantinedRow& row : sink.quarantine()) quarantine_.add(std::move(row));
  }

  /// Rows that came to this rank, by their lookup's key, folded by the account that the lookup names.
  void look_up(std::string_view packed, HistoryRows& rows, Folds& folds) {
    WireReader in(packed);
    while (!in.done()) {
      const std::string_view link = in.view_text();
      const auto file = in.get<std::uint32_t>();
      const auto line = in.get<std::uint64_t>();
      rows.unpack(in);
      const std::optional<std::uint32_t> place = history_.lookup->find(link);
      const std::string account = place ? rows.account_of(history_.lookup->row(*place)) : "";
      if (account.empty()) {
        ++counts_.unmatched;
        continue;
      }
      HistoryRow row = rows.row(history_.lookup->row(*place));
      if (HistoryRows::is_late(history_, row.day)) {
        quarantine_late(file, line, row.day);
        continue;
      }
      row.is_new_order = !seen_[*place];
      seen_[*place] = true;
      fold_of(folds, account).add(row, history_.as_of);
    }
  }

  void quarantine_late(std::uint32_t file, std::uint64_t line, std::int32_t day) {
    quarantine_.add({history_.reading.index, history_.reading.files.files[file].path, line,
                     history_.spec.history.time.text, late_reason(*history_.as_of), iso_date(day)});
  }

  /// Collective.
  void deliver(std::vector<Bytes> out) {
    const std::vector<Bytes> came = comm_.exchange(out);
    out = {};
    parallel::run_together(comm_, [&] {
      for (const Bytes& bytes : came) {
        WireReader in(text_of(bytes));
        while (!in.done()) {
          const std::string_view id = in.view_text();
          owner_.add_packed(id, in);
        }
      }
    });
  }

  const Context& context_;
  const parallel::Communicator& comm_;
  const History& history_;
  FoldOwner& owner_;
  Quarantine& quarantine_;
  HistoryCounts counts_;
  std::vector<bool> seen_;  ///< by place in the lookup: whether a row of this order has been counted
};

}  // namespace

std::optional<std::int32_t> day_after_newest(const Context& context, const History& history, const Limits& limits) {
  if (!history.columns.time) return std::nullopt;
  std::int32_t newest = kMissingDate;
  if (history.columns.time->source != history.source) {
    const auto& days = std::get<DateColumn>(history.lookup->column_at(history.columns.time->column).data).days;
    for (std::uint32_t place = 0; place < history.lookup->size(); ++place)
      newest = std::max(newest, days[history.lookup->row(place)]);
  } else {
    for_each_round(context, history.reading, limits, [&](std::span<const Block> blocks) {
      parallel::run_together(context.comm, [&] {
        const auto sinks =
            read_into_sinks(history.reading, blocks, context.threads, [&] { return NewestSink(history); });
        for (const NewestSink& sink : sinks) newest = std::max(newest, sink.newest());
      });
    });
  }
  newest = context.comm.all_reduce<parallel::Reduce::kMax>(newest);
  return newest == kMissingDate ? std::nullopt : std::optional(newest + 1);
}

HistoryCounts fold_history(const Context& context, const History& history, const Limits& limits, FoldOwner& owner,
                           Quarantine& quarantine) {
  Folding folding(context, history, owner, quarantine);
  for_each_round(context, history.reading, limits, [&](std::span<const Block> blocks) {
    history.lookup == nullptr ? folding.round_of_rows(blocks) : folding.round_by_lookup(blocks);
  });
  return folding.counts();
}

}  // namespace tessera::intake
