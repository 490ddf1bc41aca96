#include "histories.hpp"

#include <gtest/gtest.h>

#include "job/arithmetic.hpp"

namespace tessera::test {

SourceSpec& history(Sources& sources, const std::string& file, const std::string& amount) {
  SourceSpec& spec = sources.source(file);
  spec.kind = SourceKind::kHistory;
  spec.history.time.text = "day";
  if (!amount.empty()) spec.history.amount = std::get<Arithmetic>(job::parse_arithmetic(amount));
  return spec;
}

SourceSpec& lookup(Sources& sources, const std::string& file) {
  SourceSpec& spec = sources.source(file);
  spec.kind = SourceKind::kLookup;
  spec.key = "order";
  return spec;
}

void via_lookup(SourceSpec& history, const std::string& lookup, const std::string& key) {
  history.history.via.emplace();
  history.history.via->source.text = lookup;
  history.history.via->key.text = key;
}

std::string value_of(const Texts& accounts, const std::string& id, const std::string& column) {
  for (const std::string& line : accounts) {
    if (!line.starts_with(id + " ")) continue;
    const std::size_t at = line.find(" " + column + "=");
    if (at == std::string::npos) return "no column " + column + " in " + line;
    const std::size_t begin = at + column.size() + 2;
    return line.substr(begin, line.find(' ', begin) - begin);
  }
  return "no account " + id;
}

}  // namespace tessera::test
