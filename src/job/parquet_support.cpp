#include "job/parquet_support.hpp"

namespace tessera::job {

std::string_view parquet_library() noexcept {
  return TESSERA_PARQUET_LIBRARY;
}

}  // namespace tessera::job
