#pragma once

#include <cstddef>
#include <functional>

namespace tessera::intake {

/// Calls work(i) for i in [0, n) on this many threads of oneTBB; an exception of any call is thrown on. `work` must not
/// communicate.
void for_each_in_parallel(int threads, std::size_t n, const std::function<void(std::size_t)>& work);

}  // namespace tessera::intake
