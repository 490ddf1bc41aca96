#pragma once

#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera::intake {

/// Cuts the texts of accounts that are longer than kLongestText, at the end of a character, and warns of each column
/// that has some. Collective.
void cut_long_texts(const Context& context, std::vector<Column>& columns);

}  // namespace tessera::intake
