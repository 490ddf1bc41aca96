#include "ingest/long_texts.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "ingest/limits.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

bool is_too_long(std::string_view text) noexcept {
  return text.size() > kLongestText;
}

/// Of a text in UTF-8.
std::string_view cut(std::string_view text) noexcept {
  if (!is_too_long(text)) return text;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::uint64_t count_too_long(const TextColumn& texts) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) count += is_too_long(texts.at(i)) ? 1 : 0;
  return count;
}

}  // namespace

void cut_long_texts(const Context& context, std::vector<Column>& columns) {
  std::vector<std::uint64_t> counts(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    auto* texts = std::get_if<TextColumn>(&columns[c].data);
    if (texts == nullptr) continue;
    counts[c] = count_too_long(*texts);
    if (counts[c] == 0) continue;
    TextColumn shorter;
    for (std::size_t i = 0; i < texts->size(); ++i) shorter.push_back(cut(texts->at(i)));
    *texts = std::move(shorter);
  }
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(counts));
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (counts[c] > 0)
      context.journal.warn(fmt::format("{}: {} text{} longer than 1 KiB {} cut there", columns[c].full_name(),
                                       counts[c], counts[c] == 1 ? "" : "s", counts[c] == 1 ? "was" : "were"));
}

}  // namespace tessera::intake
