#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/history_fold.hpp"
#include "ingest/unmatched_keys.hpp"
#include "tessera/account_table.hpp"

namespace tessera::intake {

/// Who takes the folds of the accounts that this rank owns.
class FoldOwner {
 public:
  virtual ~FoldOwner() = default;
  /// Adds one packed fold of an account id that this rank owns.
  virtual void add_packed(std::string_view id, WireReader& in) = 0;
};

/// What this rank's accounts have done, folded as it arrives. Folds of ids that are no account are counted and let go.
class AccountFolds : public FoldOwner {
 public:
  /// `accounts` has its keys and ids, and outlives this, as does `unmatched`; `source` is the history.
  AccountFolds(const AccountTable& accounts, std::size_t source, UnmatchedKeys& unmatched);
  void add_packed(std::string_view id, WireReader& in) override;

  [[nodiscard]] std::vector<Fold> take_folds() noexcept { return std::move(folds_); }  ///< by account
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }                  ///< rows
  [[nodiscard]] std::uint64_t unmatched() const noexcept { return n_unmatched_; }      ///< rows

 private:
  const AccountTable& accounts_;
  std::size_t source_;
  UnmatchedKeys& unmatched_;
  std::vector<Fold> folds_;
  std::uint64_t used_ = 0;
  std::uint64_t n_unmatched_ = 0;
};

/// The same where the history is the population: every id is an account.
class PopulationFolds : public FoldOwner {
 public:
  void add_packed(std::string_view id, WireReader& in) override { fold_of(folds_, id).add_packed(in); }
  /// Gives the table its keys and ids in canonical order, and returns their folds. Leaves nothing behind.
  [[nodiscard]] std::vector<Fold> populate(AccountTable& accounts);

 private:
  Folds folds_;
};

}  // namespace tessera::intake
