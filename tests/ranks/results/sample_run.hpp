#pragma once

#include <cstddef>
#include <string>

#include "tessera/results.hpp"

namespace tessera::test {

/// How many of n accounts rank `rank` of `size` and those before it hold: uneven, with ranks that hold none.
std::size_t uneven_end(std::size_t n, int rank, int size);

/// A made-up run over n accounts of which this process holds [begin, end): every table of the file has rows, with
/// missing cells, Unicode and awkward names. `dictionary_extra` puts a category nobody has in front, which moves every
/// code.
RunResults sample_run(std::size_t n, std::size_t begin, std::size_t end, bool dictionary_extra = false);

/// The same for this rank of the test's world.
RunResults sample_run_of_this_rank(std::size_t n);

}  // namespace tessera::test
