#include "storage/table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tessera::storage {
namespace {

TEST(LinkName, HasNoSlashAndIsUnique) {
  const std::vector<std::string> names = {"plain", "a/b", "a%2Fb", "a%b", "%", "", ".", "..", "%2E", "ä ö", "/"};
  std::set<std::string> links;
  for (const std::string& name : names) {
    const std::string link = link_name(name);
    EXPECT_EQ(link.find('/'), std::string::npos) << name;
    EXPECT_FALSE(link.empty());
    EXPECT_NE(link, ".") << "HDF5 takes it for the group itself";
    EXPECT_TRUE(links.insert(link).second) << name << " and another name are both " << link;
  }
  EXPECT_EQ(link_name("plain"), "plain");
  EXPECT_EQ(link_name("a/b"), "a%2Fb");
}

TEST(ChildPath, StartsAtTheRoot) {
  EXPECT_EQ(child_path("/", "run"), "/run");
  EXPECT_EQ(child_path("/segmentations", "a/b"), "/segmentations/a%2Fb");
}

TEST(RowCount, IsOfRowsNotOfNumbers) {
  const std::vector<double> six(6);
  EXPECT_EQ(row_count(std::span<const double>(six), 3), 2u);
  TextColumn texts;
  texts.push_back("");
  EXPECT_EQ(row_count(&texts, 1), 1u);
}

}  // namespace
}  // namespace tessera::storage
