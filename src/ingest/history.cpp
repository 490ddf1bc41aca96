#include "ingest/history.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "core/iso_date.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/written_exchange.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

using Bytes = std::vector<std::byte>;

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
  return bytes_of(writers);
}

class Folding {
 public:
  Folding(const Context& context, const History& history, SourcePass& pass, FoldOwner& owner, Quarantine& quarantine)
      : context_(context), comm_(context.comm), history_(history), pass_(pass), owner_(owner), quarantine_(quarantine) {
    if (history.lookup != nullptr) seen_.resize(history.lookup->size());
  }

  /// Collective, each.
  void read_rows() {
    std::vector<Bytes> out;
    pass_.for_each_round([&](std::vector<RoundBlock>& round) { out = folded(round); },
                         [&] { deliver(std::move(out)); });
  }

  void read_links() {
    std::vector<Bytes> out;
    pass_.for_each_round([&](std::vector<RoundBlock>& round) { out = links(round); },
                         [&] {
                           std::vector<Bytes> came = comm_.exchange(std::move(out));
                           deliver(parallel::compute_together(comm_, [&] { return looked_up(came); }));
                         });
  }

  [[nodiscard]] HistoryCounts counts() const noexcept { return {pass_.rows_read(), unmatched_}; }

 private:
  /// Each block's rows are folded by account in a task of their own.
  std::vector<Bytes> folded(const std::vector<RoundBlock>& round) {
    std::vector<Folds> folds(round.size());
    std::vector<std::uint64_t> late(round.size());
    for_each_in_parallel(context_.threads, round.size(), [&](std::size_t b) {
      HistoryRows rows(history_);
      const BlockRows& block = round[b].rows;
      for (const std::uint32_t r : block.good) {
        rows.take(block, r);
        const HistoryRow row = rows.row();
        if (HistoryRows::is_late(history_, row.day)) {
          ++late[b];
        } else {
          fold_of(folds[b], block.ids.at(r)).add(row, history_.as_of);
        }
      }
    });
    for (std::size_t b = 0; b < round.size(); ++b) {
      if (late[b] > 0) set_late_aside(round[b].rows);
    }
    pass_.set_aside_into(quarantine_);
    std::vector<const Folds*> parts;
    parts.reserve(folds.size());
    for (const Folds& one : folds) parts.push_back(&one);
    return packed_by_owner(parts, comm_.size());
  }

  void set_late_aside(const BlockRows& block) {
    HistoryRows rows(history_);
    for (const std::uint32_t r : block.good) {
      rows.take(block, r);
      if (HistoryRows::is_late(history_, rows.own_day()))
        quarantine_late(block.places[r].file, block.places[r].line, rows.own_day(),
                        history_.reading.files.columns[history_.columns.time->column]);
    }
  }

  /// Each block's rows are packed in a task of their own.
  std::vector<Bytes> links(const std::vector<RoundBlock>& round) {
    const auto n_ranks = static_cast<std::size_t>(comm_.size());
    std::vector<std::vector<WireWriter>> packed(round.size());
    for_each_in_parallel(context_.threads, round.size(), [&](std::size_t b) {
      const BlockRows& block = round[b].rows;
      packed[b].resize(n_ranks);
      for (const std::uint32_t r : block.good)
        pack_link(block, r, packed[b][static_cast<std::size_t>(owner_of(block.keys[r], comm_.size()))]);
    });
    pass_.set_aside_into(quarantine_);
    std::vector<WireWriter> all(n_ranks);
    for (const std::vector<WireWriter>& of_block : packed) {
      for (std::size_t r = 0; r < n_ranks; ++r) all[r].append(of_block[r].bytes());
    }
    return bytes_of(all);
  }

  std::vector<Bytes> looked_up(std::vector<Bytes>& came) {
    Folds folds;
    HistoryRows rows(history_);
    for (Bytes& bytes : came) {
      look_up(text_of(bytes), rows, folds);
      bytes = {};
    }
    return packed_by_owner({&folds}, comm_.size());
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
        ++unmatched_;
        continue;
      }
      HistoryRow row = rows.row(history_.lookup->row(*place));
      if (HistoryRows::is_late(history_, row.day)) {
        quarantine_late(file, line, row.day, history_.spec.history.time.text);
        continue;
      }
      row.is_new_order = !seen_[*place];
      seen_[*place] = true;
      fold_of(folds, account).add(row, history_.as_of);
    }
  }

  void quarantine_late(std::uint32_t file, std::uint64_t line, std::int32_t day, const std::string& column) {
    quarantine_.add({history_.reading.index, history_.reading.files.files[file].path, line, column,
                     late_reason(*history_.as_of), iso_date(day)});
  }

  /// Collective.
  void deliver(std::vector<Bytes> out) {
    std::vector<Bytes> came = comm_.exchange(std::move(out));
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
  SourcePass& pass_;
  FoldOwner& owner_;
  Quarantine& quarantine_;
  std::uint64_t unmatched_ = 0;
  std::vector<bool> seen_;  ///< by place in the lookup: whether a row of this order has been counted
};

}  // namespace

std::optional<std::int32_t> day_after_newest(const Context& context, const History& history, std::int32_t newest_read) {
  if (!history.columns.time) return std::nullopt;
  std::int32_t newest = newest_read;
  if (history.columns.time->source != history.source) {
    const auto& days = std::get<DateColumn>(history.lookup->column_at(history.columns.time->column).data).days;
    for (std::uint32_t place = 0; place < history.lookup->size(); ++place)
      newest = std::max(newest, days[history.lookup->row(place)]);
  }
  newest = context.comm.all_reduce<parallel::Reduce::kMax>(newest);
  return newest == kMissingDate ? std::nullopt : std::optional(newest + 1);
}

HistoryCounts fold_history(const Context& context, const History& history, const Limits& limits, FoldOwner& owner,
                           Quarantine& quarantine) {
  SourcePass pass(context, history.reading, history.reading.plan, Learns(history.reading.plan.columns.size()), limits);
  Folding folding(context, history, pass, owner, quarantine);
  if (history.lookup == nullptr) {
    folding.read_rows();
  } else {
    folding.read_links();
  }
  return folding.counts();
}

}  // namespace tessera::intake
