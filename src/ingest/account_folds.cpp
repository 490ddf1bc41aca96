#include "ingest/account_folds.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "ingest/account_directory.hpp"

namespace tessera::intake {

AccountFolds::AccountFolds(const AccountTable& accounts, std::size_t source, UnmatchedKeys& unmatched)
    : accounts_(accounts), source_(source), unmatched_(unmatched), folds_(accounts.n_local) {}

void AccountFolds::add_packed(std::string_view id, WireReader& in) {
  const std::size_t account = find_account(accounts_, id);
  Fold stranger;
  Fold& fold = account == kNoAccount ? stranger : folds_[account];
  const std::uint64_t rows_before = fold.rows;
  fold.add_packed(in);
  const std::uint64_t n_rows = fold.rows - rows_before;
  (account == kNoAccount ? n_unmatched_ : used_) += n_rows;
  if (account == kNoAccount) unmatched_.add(source_, id, n_rows, kNoSuchAccount);
}

std::vector<Fold> PopulationFolds::populate(AccountTable& accounts) {
  struct Member {
    AccountKey key;
    const std::string* id;
    Fold* fold;
  };
  std::vector<Member> members;
  members.reserve(folds_.size());
  for (auto& [id, fold] : folds_) members.push_back({account_key(id), &id, &fold});
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return std::tie(a.key, *a.id) < std::tie(b.key, *b.id); });
  std::vector<Fold> folds;
  folds.reserve(members.size());
  accounts.n_local = members.size();
  accounts.keys.reserve(members.size());
  for (const Member& member : members) {
    accounts.keys.push_back(member.key);
    accounts.ids.push_back(*member.id);
    folds.push_back(std::move(*member.fold));
  }
  folds_.clear();
  return folds;
}

}  // namespace tessera::intake
