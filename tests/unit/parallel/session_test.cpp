#include "parallel/session.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tessera::parallel {
namespace {

TEST(MpiLibraryVersion, IsOneLineAndNeedsNoSession) {
  const std::string version = mpi_library_version();
  EXPECT_FALSE(version.empty());
  EXPECT_EQ(version.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace tessera::parallel
