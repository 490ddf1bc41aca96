#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "parallel/account_order.hpp"
#include "parallel/communicator.hpp"
#include "privacy/pseudonym.hpp"
#include "tessera/privacy.hpp"

namespace tessera {
namespace {

using parallel::AccountOrder;

/// Moves the cells of one column of the table.
struct MoveCells {
  const AccountOrder& order;

  void operator()(NumberColumn& column) const { move(column.values); }
  void operator()(CategoryColumn& column) const { move(column.codes); }
  void operator()(FlagColumn& column) const { move(column.values); }
  void operator()(DateColumn& column) const { move(column.days); }
  void operator()(TextColumn& column) const { column = order.moved(column); }

  template <class T>
  void move(std::vector<T>& values) const {
    values = order.moved(std::span<const T>(values));
  }
};

void move_accounts(const parallel::Communicator& comm, const AccountOrder& order, AccountTable& accounts) {
  for (Column& column : accounts.columns) std::visit(MoveCells{order}, column.data);
  accounts.n_local = order.n_local();
  accounts.first_global = comm.sum_of_ranks_before(accounts.n_local);
}

void move_segmentation(const AccountOrder& order, SegmentationResult& segmentation) {
  const MoveCells cells{order};
  SegmentAssignment& assignment = segmentation.assignment;
  cells.move(assignment.macro);
  cells.move(assignment.core);
  if (segmentation.tree.n_micro > 0) cells.move(assignment.micro);
  cells.move(segmentation.distance);
  cells.move(segmentation.fit);
  cells.move(segmentation.next_best);
  if (!segmentation.trial.empty()) cells.move(segmentation.trial_arm);
  if (segmentation.succession)
    for (std::vector<std::int32_t>* rows :
         {&segmentation.succession->was.macro, &segmentation.succession->was.core, &segmentation.succession->was.micro})
      cells.move(*rows);
}

/// The pairs change with their ids, and the order of pairs and in them with the canonical order.
void rename_pairs(const PseudonymKey& key, std::vector<LikelyDuplicate>& pairs) {
  const auto before = [](const std::string& a, const std::string& b) {
    return std::pair(account_key(a), std::string_view(a)) < std::pair(account_key(b), std::string_view(b));
  };
  for (LikelyDuplicate& pair : pairs) {
    pair.account_id = privacy::pseudonym(key, pair.account_id);
    pair.other_id = privacy::pseudonym(key, pair.other_id);
    if (before(pair.other_id, pair.account_id)) std::swap(pair.account_id, pair.other_id);
  }
  std::ranges::sort(pairs, [&](const LikelyDuplicate& a, const LikelyDuplicate& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.account_id != b.account_id ? before(a.account_id, b.account_id) : before(a.other_id, b.other_id);
  });
}

/// Examples of one distance in one segment stay in the order of their keys.
void rename_examples(const PseudonymKey& key, std::vector<ExampleAccount>& examples) {
  for (ExampleAccount& example : examples) example.account_id = privacy::pseudonym(key, example.account_id);
  std::ranges::sort(examples, {}, [](const ExampleAccount& example) {
    return std::tuple(example.segment, example.distance, account_key(example.account_id));
  });
}

/// Prospects that are equally like stand in the order of what they are called now.
void rename_closest(const PseudonymKey& key, std::vector<CloseProspect>& closest) {
  for (CloseProspect& one : closest) one.account_id = privacy::pseudonym(key, one.account_id);
  std::ranges::sort(closest, [](const CloseProspect& a, const CloseProspect& b) {
    if (a.likeness != b.likeness) return a.likeness > b.likeness;
    return std::pair(account_key(a.account_id), std::string_view(a.account_id)) <
           std::pair(account_key(b.account_id), std::string_view(b.account_id));
  });
}

}  // namespace

std::string fingerprint_of(const PseudonymKey& key) {
  return privacy::pseudonym(key, std::string_view("\0the key", 8));  // no account's: an id holds no NUL
}

TextColumn pseudonyms_of(const PseudonymKey& key, const AccountTable& accounts) {
  TextColumn pseudonyms;
  for (std::size_t i = 0; i < accounts.n_local; ++i) pseudonyms.push_back(privacy::pseudonym(key, accounts.ids.at(i)));
  return pseudonyms;
}

void pseudonymise(const Context& context, const PseudonymKey& key, RunResults& results) {
  AccountTable& accounts = results.accounts;
  const TextColumn pseudonyms = pseudonyms_of(key, accounts);
  std::vector<AccountKey> keys;
  keys.reserve(accounts.n_local);
  for (std::size_t i = 0; i < accounts.n_local; ++i) keys.push_back(account_key(pseudonyms.at(i)));
  const AccountOrder order(context.comm, keys, pseudonyms);
  accounts.keys = order.moved(std::span<const AccountKey>(keys));
  accounts.ids = order.moved(pseudonyms);
  move_accounts(context.comm, order, accounts);
  for (SegmentationResult& segmentation : results.segmentations) {
    move_segmentation(order, segmentation);
    rename_examples(key, segmentation.insight.examples);
  }
  if (results.ingest.duplicate_search) rename_pairs(key, results.ingest.duplicate_search->pairs);
  if (results.lookalike) {
    MoveCells{order}.move(results.lookalike->likeness);
    rename_closest(key, results.lookalike->closest);
  }
}

}  // namespace tessera
