#include "plan/rates.hpp"

#include "made_files.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

class RatesFile : public MadeFiles {};

TEST_F(RatesFile, ComesBackAsItWasKept) {
  plan::Rates rates = plan::default_rates();
  EXPECT_FALSE(rates.are_measured());
  rates.host = "node01";
  rates.date = "2026-01-31T03:00:00Z";
  rates.engine = "0.1.0";
  rates.all_reduce_s = 7e-6;
  const std::string path = folder_ / "a folder/rates.json";
  plan::write_rates(rates, path);
  const std::optional<plan::Rates> read = plan::read_rates(path);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->are_measured());
  EXPECT_EQ(read->host, "node01");
  EXPECT_EQ(read->all_reduce_s, 7e-6);
  EXPECT_EQ(read->reading_bytes_per_s, rates.reading_bytes_per_s);
}

TEST_F(RatesFile, NoneIsNoMistakeButNonsenseIs) {
  EXPECT_FALSE(plan::read_rates(folder_ / "nowhere.json"));
  EXPECT_FALSE(plan::read_rates(""));
  for (const char* text : {"", "[]", "{}", "{\"host\": \"a\"", R"({"host": 3})"})
    EXPECT_THROW((void)plan::read_rates(write("rates.json", text)), Error) << text;
  plan::Rates rates = plan::default_rates();
  rates.host = rates.date = rates.engine = "x";
  rates.fused_per_s = 0.0;
  plan::write_rates(rates, folder_ / "zero.json");
  EXPECT_THROW((void)plan::read_rates(folder_ / "zero.json"), Error);
}

TEST_F(RatesFile, SaysWhereItCannotBeKept) {
  write("file", "");
  EXPECT_THROW(plan::write_rates(plan::default_rates(), folder_ / "file/rates.json"), Error);
}

}  // namespace
}  // namespace tessera
