#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "parallel/communicator.hpp"
#include "privacy/pseudonym.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

const std::string kKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A file on rank 0, which alone reads it.
class KeyFile {
 public:
  explicit KeyFile(const std::string& text, mode_t mode = 0600) {
    std::string name = (std::filesystem::temp_directory_path() / "tessera-key-XXXXXX").string();
    if (test::world().is_root()) {
      const int id = ::mkstemp(name.data());
      EXPECT_GE(id, 0);
      ::close(id);
      std::ofstream(name, std::ios::binary) << text;
      EXPECT_EQ(::chmod(name.c_str(), mode), 0);
    }
    path_ = test::world().broadcast_text(name);
  }
  ~KeyFile() {
    if (test::world().is_root()) ::unlink(path_.c_str());
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// Collective. The pseudonym of "abc" by the key, or the message of the error that all ranks throw.
std::string outcome(const PrivacySpec& privacy) {
  Journal journal(false);
  const Context context{test::world(), journal, 1};
  try {
    return privacy::pseudonym(*read_pseudonym_key(context, privacy), "abc");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadJob);
    EXPECT_TRUE(error.everywhere());
    return error.what();
  }
}

std::string of_file(const std::string& text, mode_t mode = 0600) {
  const KeyFile file(text, mode);
  PrivacySpec privacy;
  privacy.key_file = file.path();
  return outcome(privacy);
}

/// By another implementation: Python's hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=16).
constexpr const char* kPseudonym = "1a64be47e4729d951c302ee543f97cf3";

TEST(PseudonymKey, IsTheSameFromAFileAndFromTheEnvironment) {
  EXPECT_EQ(of_file(kKey), kPseudonym);
  EXPECT_EQ(of_file(kKey + "\r\n"), kPseudonym);
  EXPECT_EQ(of_file("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n", 0400), kPseudonym);
  PrivacySpec privacy;
  privacy.key_env = "TESSERA_TEST_PSEUDONYM_KEY";
  // The others need not have it: a launcher may pass the environment to one node only.
  if (test::world().is_root()) ::setenv(privacy.key_env.c_str(), kKey.c_str(), 1);
  EXPECT_EQ(outcome(privacy), kPseudonym);
  ::unsetenv(privacy.key_env.c_str());
  EXPECT_NE(
      outcome(privacy).find("key_env TESSERA_TEST_PSEUDONYM_KEY: the environment has no such variable: set it to 64 "
                            "hexadecimal digits"),
      std::string::npos);
}

TEST(PseudonymKey, ThatOthersCanReadIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U, 0610U}) {
    const std::string said = of_file(kKey, mode);
    EXPECT_NE(said.find("chmod 600"), std::string::npos) << said;
  }
}

TEST(PseudonymKey, OfAnotherFormIsRefusedAndNotSaid) {
  for (const std::string& text : {std::string(), kKey.substr(1), kKey + "0", kKey.substr(0, 62) + "zz", " " + kKey,
                                  std::string(10'000, 'a'), kKey + std::string("\0", 1)}) {
    const std::string said = of_file(text);
    EXPECT_NE(said.find("holds no key (not shown): expected 64 hexadecimal digits"), std::string::npos) << said;
    EXPECT_EQ(said.find("0001"), std::string::npos) << said;
    EXPECT_EQ(said.find("aaa"), std::string::npos) << said;
  }
}

TEST(PseudonymKey, NoFileIsRefused) {
  PrivacySpec privacy;
  privacy.key_file = "/nowhere/key";
  EXPECT_NE(outcome(privacy).find("key_file /nowhere/key: cannot be read"), std::string::npos);
  privacy.key_file = std::filesystem::temp_directory_path().string();
  EXPECT_NE(outcome(privacy).find("is no file"), std::string::npos);
}

}  // namespace
}  // namespace tessera
