#pragma once

#include <cstddef>
#include <vector>

namespace tessera {

/// Asks the system to back memory that is about to be filled with large pages: a fault for each 2 MiB in place of one
/// for each 4 KiB. Advice only; nothing is done for less than 4 MiB.
void advise_huge_pages(void* memory, std::size_t bytes) noexcept;

/// Room for n values, in large pages where it pays.
template <class T>
void reserve_in_huge_pages(std::vector<T>& values, std::size_t n) {
  values.reserve(n);
  advise_huge_pages(values.data(), values.capacity() * sizeof(T));
}

}  // namespace tessera
