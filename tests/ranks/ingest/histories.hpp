#pragma once

#include <string>

#include "sources.hpp"

namespace tessera::test {

/// Adds a history with key "id", time "day", and this amount (as arithmetic; empty: none).
SourceSpec& history(Sources& sources, const std::string& file, const std::string& amount);
/// Adds a lookup with key "order"; further histories go by it with via_lookup().
SourceSpec& lookup(Sources& sources, const std::string& file);
void via_lookup(SourceSpec& history, const std::string& lookup, const std::string& key);

/// The value of one column of one account: accounts_of()'s text.
[[nodiscard]] std::string value_of(const Texts& accounts, const std::string& id, const std::string& column);

}  // namespace tessera::test
