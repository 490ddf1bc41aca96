#include "ingest/category_codes.hpp"

#include <algorithm>

#include "ingest/cell.hpp"
#include "ingest/wire.hpp"

namespace tessera::intake {

Dictionaries gather_dictionaries(const parallel::Communicator& comm, const std::vector<TypedReader>& readers,
                                 std::size_t column) {
  WireWriter mine;
  mine.put(static_cast<std::uint32_t>(readers.size()));
  for (const TypedReader& reader : readers) {
    const SpellingDictionary& dictionary = reader.columns()[column].dictionary();
    mine.put(static_cast<std::uint32_t>(dictionary.size()));
    for (std::uint32_t code = 0; code < dictionary.size(); ++code) mine.put_text(dictionary.spelling(code));
  }
  Dictionaries all;
  for (const std::string& packed : comm.all_gather_texts(std::vector<std::string>{std::string(mine.bytes())})) {
    WireReader in(packed);
    all.first_reader.push_back(all.spellings.size());
    for (auto left = in.get<std::uint32_t>(); left > 0; --left) {
      std::vector<std::string>& spellings = all.spellings.emplace_back(in.get<std::uint32_t>());
      for (std::string& spelling : spellings) spelling = in.get_text();
    }
  }
  return all;
}

std::vector<std::string> distinct_spellings(const Dictionaries& dictionaries) {
  std::vector<std::string> all;
  for (const std::vector<std::string>& spellings : dictionaries.spellings) {
    for (const std::string& spelling : spellings) {
      if (!is_missing(spelling)) all.push_back(spelling);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

CodeMap code_map(const Dictionaries& dictionaries, const ColumnPlan& settled) {
  CodeMap map;
  map.first_reader = dictionaries.first_reader;
  for (const std::vector<std::string>& spellings : dictionaries.spellings) {
    std::vector<std::int32_t>& codes = map.codes.emplace_back();
    for (const std::string& spelling : spellings) {
      const auto found = settled.codes.find(spelling);
      codes.push_back(found == settled.codes.end() ? kNoCode : found->second);
    }
  }
  return map;
}

void renumber(const CodeMap& map, const std::vector<CodeRun>& runs, std::vector<std::int32_t>& codes) {
  auto at = codes.begin();
  for (const CodeRun& run : runs) {
    const std::vector<std::int32_t>& of_reader = map.codes[map.first_reader[run.rank] + run.reader];
    for (std::uint64_t i = 0; i < run.rows; ++i, ++at) {
      if (*at != kNoCode) *at = of_reader[static_cast<std::size_t>(*at)];
    }
  }
}

}  // namespace tessera::intake
