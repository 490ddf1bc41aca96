#include "ingest/unmatched_keys.hpp"

#include <iterator>

#include "core/utf8.hpp"
#include "ingest/wire.hpp"

namespace tessera::intake {

// A key that was let go never comes back: the thousand before it only get smaller. So what stays has been counted
// whole.
void UnmatchedKeys::add(Listed& listed, std::pair<std::string, std::string> key, std::uint64_t rows) {
  if (listed.size() >= kMostKept && key > listed.rbegin()->first) return;
  listed[std::move(key)] += rows;
  if (listed.size() > kMostKept) listed.erase(std::prev(listed.end()));
}

void UnmatchedKeys::add(std::size_t source, std::string_view key, std::uint64_t rows, std::string_view why) {
  std::string listed = withheld_[source] ? std::string("(withheld)") : shown(key);
  add(by_source_[static_cast<std::uint32_t>(source)], {std::move(listed), std::string(why)}, rows);
}

std::vector<UnmatchedKey> UnmatchedKeys::gather(const parallel::Communicator& comm) const {
  std::vector<std::string> mine;
  for (const auto& [source, listed] : by_source_) {
    for (const auto& [key, rows] : listed) {
      WireWriter out;
      out.put(source);
      out.put_text(key.first);
      out.put_text(key.second);
      out.put(rows);
      mine.emplace_back(out.bytes());
    }
  }
  std::map<std::uint32_t, Listed> all;
  for (const std::string& packed : comm.all_gather_texts(mine)) {
    WireReader in(packed);
    Listed& listed = all[in.get<std::uint32_t>()];
    std::string key = in.get_text();
    std::string why = in.get_text();
    add(listed, {std::move(key), std::move(why)}, in.get<std::uint64_t>());
  }
  std::vector<UnmatchedKey> keys;
  for (const auto& [source, listed] : all) {
    for (const auto& [key, rows] : listed) keys.push_back({source, key.first, rows, key.second});
  }
  return keys;
}

}  // namespace tessera::intake
