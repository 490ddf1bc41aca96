#include "nights/newest.hpp"

#include "night_folder.hpp"
#include "published_night.hpp"

namespace tessera::nights {
namespace {

namespace fs = std::filesystem;

class Newest : public test::NightFolder {
 protected:
  [[nodiscard]] std::optional<std::string> link(const std::string& night) const {
    return link_to_newest(file(night + ".h5"), night, file(night + ".h5.partial-link"));
  }
  [[nodiscard]] std::string target() const { return fs::read_symlink(file("latest.h5")); }
};

TEST_F(Newest, TheLinkGoesOnFromNightToNightAndNeverBack) {
  const std::string folder = fs::path(file("x")).parent_path();
  for (const std::string night : {"2026-01-30", "2026-01-31"}) {
    test::put_night(folder, night + ".h5", night);
    EXPECT_EQ(link(night), std::nullopt);
    EXPECT_EQ(target(), night + ".h5") << "a folder that is moved keeps its links";
    EXPECT_EQ(newest_night(file("any.h5")), night);
  }
  EXPECT_EQ(link("2026-01-30"), std::nullopt);
  EXPECT_EQ(target(), "2026-01-31.h5") << "a night that is made up for is not the newest";
  fs::remove(file("2026-01-31.h5"));
  EXPECT_EQ(link("2026-01-30"), std::nullopt);
  EXPECT_EQ(target(), "2026-01-30.h5") << "nothing is newer than a link that leads nowhere";
  EXPECT_FALSE(fs::exists(fs::symlink_status(file("2026-01-30.h5.partial-link"))));
}

TEST_F(Newest, AFileOfThatNameIsLeftAlone) {
  put("latest.h5", "somebody's own");
  put("2026-01-30.h5", "new");
  EXPECT_NE(link("2026-01-30"), std::nullopt);
  EXPECT_EQ(text_of("latest.h5"), "somebody's own");
}

}  // namespace
}  // namespace tessera::nights
