#include "ingest/joined_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "ingest/account_rows.hpp"
#include "ingest/column_cells.hpp"
#include "ingest/column_plan.hpp"
#include "ingest/written_exchange.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

using Bytes = std::vector<std::byte>;

/// The account that has a domain, as far as there is one.
struct Holder {
  int rank = 0;
  std::uint32_t account = 0;
  std::uint32_t accounts = 0;  ///< how many have the domain
};
using Holders = std::unordered_map<std::string, Holder, SpellingHash, std::equal_to<>>;

/// Rows or accounts that a rank sends between two exchanges, at most.
constexpr std::size_t kMostARound = std::size_t{1} << 18U;

/// Collective. Calls pack(first, end, writers by rank) for ranges of [0, n) on this rank, and take(rank, bytes) for
/// what comes from each, until all ranks are through.
template <class Pack, class Take>
void exchange_in_rounds(const parallel::Communicator& comm, std::size_t n, Pack pack, Take take) {
  const std::uint64_t rounds =
      comm.all_reduce<parallel::Reduce::kMax>(std::uint64_t{(n + kMostARound - 1) / kMostARound});
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::size_t first = std::min<std::size_t>(n, round * kMostARound);
    std::vector<Bytes> sent;
    parallel::run_together(comm, [&] {
      std::vector<WireWriter> writers(static_cast<std::size_t>(comm.size()));
      pack(first, std::min(n, first + kMostARound), writers);
      sent = bytes_of(writers);
    });
    const std::vector<Bytes> came = comm.exchange(std::move(sent));
    parallel::run_together(comm, [&] {
      for (std::size_t r = 0; r < came.size(); ++r) take(static_cast<int>(r), text_of(came[r]));
    });
  }
}

/// Collective. Who has each domain that this rank owns.
Holders find_holders(const Context& context, const AccountTable& accounts, const Column& addresses,
                     const PublicDomains& publics) {
  const int n_ranks = context.comm.size();
  Holders holders;
  exchange_in_rounds(
      context.comm, accounts.n_local,
      [&](std::size_t first, std::size_t end, std::vector<WireWriter>& out) {
        for (std::size_t i = first; i < end; ++i) {
          const std::optional<std::string> domain = domain_of(text_at(addresses, i));
          if (!domain || publics.has(*domain)) continue;
          WireWriter& to = out[static_cast<std::size_t>(owner_of(account_key(*domain), n_ranks))];
          to.put_text(*domain);
          to.put(static_cast<std::uint32_t>(i));
        }
      },
      [&](int rank, std::string_view packed) {
        WireReader in(packed);
        while (!in.done()) {
          Holder& holder = holders[in.get_text()];
          holder.rank = rank;
          holder.account = in.get<std::uint32_t>();
          ++holder.accounts;
        }
      });
  return holders;
}

/// Why rows of a domain go to no account; empty: they do.
std::string why_not(std::string_view key, std::uint32_t rows, const Holder* holder, const PublicDomains& publics) {
  if (domain_of(key) != key) return "no web or e-mail address";
  if (publics.has(key)) return "a public domain, which is nobody's own";
  if (holder == nullptr) return "no account has this domain";
  if (holder->accounts > 1) return fmt::format("ambiguous: {} accounts have this domain", holder->accounts);
  if (rows > 1) return fmt::format("ambiguous: {} rows have this domain", rows);
  return {};
}

/// A row that goes to an account.
struct Delivery {
  std::uint32_t row = 0;
  Holder to;
};

}  // namespace

JoinedRows join_by_key(const AccountTable& accounts, ArrivedRows rows, int threads, std::size_t source,
                       UnmatchedKeys& unmatched) {
  const Winners winners = find_winners(rows, threads);
  std::vector<std::uint32_t> picks = match(accounts, rows, winners);
  std::vector<bool> found(winners.rows.size());
  JoinedRows joined;
  for (std::uint32_t& place : picks) {
    if (place == kNoRow) continue;
    found[place] = true;
    ++joined.used;
    joined.duplicates += winners.copies[place] - 1;
    place = winners.rows[place];
  }
  for (std::size_t w = 0; w < found.size(); ++w) {
    if (found[w]) continue;
    joined.unmatched += winners.copies[w];
    unmatched.add(source, rows.ids.at(winners.rows[w]), winners.copies[w], kNoSuchAccount);
  }
  joined.columns = pick_all(std::move(rows.columns), picks, threads);
  return joined;
}

JoinedRows join_by_domain(const Context& context, const AccountTable& accounts, const Column& addresses,
                          const PublicDomains& publics, const ArrivedRows& rows, std::size_t source,
                          UnmatchedKeys& unmatched) {
  const Holders holders = find_holders(context, accounts, addresses, publics);
  JoinedRows joined;
  std::vector<Delivery> deliveries;
  parallel::run_together(context.comm, [&] {
    const Winners winners = find_winners(rows, context.threads);
    for (std::size_t w = 0; w < winners.rows.size(); ++w) {
      const std::string_view key = rows.ids.at(winners.rows[w]);
      const auto at = holders.find(key);
      const Holder* holder = at == holders.end() ? nullptr : &at->second;
      const std::string why = why_not(key, winners.copies[w], holder, publics);
      if (why.empty()) {
        ++joined.used;
        deliveries.push_back({winners.rows[w], *holder});
      } else {
        joined.unmatched += winners.copies[w];
        unmatched.add(source, key, winners.copies[w], why);
      }
    }
  });
  std::vector<Column> came;
  for (const Column& column : rows.columns) came.push_back(empty_like(column));
  std::vector<std::uint32_t> picks(accounts.n_local, kNoRow);
  std::uint32_t n_came = 0;
  exchange_in_rounds(
      context.comm, deliveries.size(),
      [&](std::size_t first, std::size_t end, std::vector<WireWriter>& out) {
        for (std::size_t i = first; i < end; ++i) {
          WireWriter& to = out[static_cast<std::size_t>(deliveries[i].to.rank)];
          to.put(deliveries[i].to.account);
          for (const Column& column : rows.columns) put_cell(column, deliveries[i].row, to);
        }
      },
      [&](int, std::string_view packed) {
        WireReader in(packed);
        while (!in.done()) {
          picks[in.get<std::uint32_t>()] = n_came++;
          for (Column& column : came) take_cell(in, column);
        }
      });
  joined.columns = pick_all(std::move(came), picks, context.threads);
  return joined;
}

}  // namespace tessera::intake
