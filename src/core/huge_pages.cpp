#include "core/huge_pages.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace tessera {

void advise_huge_pages(void* memory, std::size_t bytes) noexcept {
  constexpr std::uintptr_t kPage = 4096;
  constexpr std::size_t kLeast = std::size_t{4} << 20;
  if (bytes < kLeast) return;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t before_first_page = (kPage - address % kPage) % kPage;
  const std::uintptr_t whole_pages = (bytes - before_first_page) / kPage * kPage;
  madvise(static_cast<char*>(memory) + before_first_page, whole_pages, MADV_HUGEPAGE);
}

}  // namespace tessera
