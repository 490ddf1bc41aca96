#include "ingest/account_directory.hpp"

namespace tessera::intake {

std::size_t find_account(const AccountTable& accounts, std::string_view id) noexcept {
  const AccountKey key = account_key(id);
  auto at = std::lower_bound(accounts.keys.begin(), accounts.keys.end(), key);
  for (; at != accounts.keys.end() && *at == key; ++at) {
    const auto place = static_cast<std::size_t>(at - accounts.keys.begin());
    if (accounts.ids.at(place) == id) return place;
  }
  return kNoAccount;
}

AccountDirectory::AccountDirectory(const parallel::Communicator& comm, const AccountTable& accounts)
    : comm_(comm), firsts_(comm.all_gather(accounts.first_global)) {}

}  // namespace tessera::intake
