#include "nights/manifest.hpp"

#include <cmath>

#include "night_folder.hpp"
#include "published_night.hpp"

namespace tessera::nights {
namespace {

class ManifestTest : public test::NightFolder {};

TEST_F(ManifestTest, ComesBackAsItWasWritten) {
  Manifest manifest;
  manifest.job = "nächtlich";
  manifest.night = "2026-01-31";
  manifest.is_held = true;
  manifest.verdict = {GateDecision::kHold, {"\"crm\" is 9 days old", "the crm is the same bytes"}, {}, {}};
  manifest.verdict.holds = {{"age", "crm", "", 9.0, 2.0, "\"crm\" is 9 days old"}};
  manifest.verdict.warnings = {{"bytes", "crm", "2026-01-30", std::nan(""), std::nan(""), "the crm is the same bytes"}};
  manifest.results_file = "2026-01-31.held.h5";
  manifest.bytes = std::uint64_t{1} << 60U;
  manifest.digest = std::string(32, 'f');
  manifest.job_hash = hash_of_job("name = 1");
  manifest.inputs = {{"crm", 12, "ab"}, {"--forget", 3, "cd"}};
  manifest.accounts = 7;
  manifest.segmentations = {{"expansion", 8, 40}};
  manifest.owner = this_process("run");
  manifest.owner.attempt = 3;
  manifest.engine_version = "1.2";
  manifest.ranks = 16;
  manifest.started = "2026-01-31T01:00:00Z";
  manifest.finished = "2026-01-31T02:00:00Z";
  put("m.json", written(manifest));
  const auto read = read_manifest(file("m.json"));
  ASSERT_TRUE(read);
  EXPECT_EQ(written(*read), text_of("m.json"));
  EXPECT_EQ(read->verdict.decision, GateDecision::kHold);
  EXPECT_EQ(read->verdict.reasons, manifest.verdict.reasons);
  ASSERT_EQ(read->verdict.holds.size(), 1U);
  EXPECT_EQ(read->verdict.holds[0].limit, 2.0);
  ASSERT_EQ(read->verdict.warnings.size(), 1U);
  EXPECT_EQ(read->verdict.warnings[0].since, "2026-01-30");
  EXPECT_TRUE(std::isnan(read->verdict.warnings[0].value));
  EXPECT_EQ(read->inputs, manifest.inputs);
  EXPECT_EQ(read->bytes, manifest.bytes);
  EXPECT_EQ(read->owner.attempt, 3);
}

TEST_F(ManifestTest, WhatIsNoneIsNotBelieved) {
  Manifest manifest;
  manifest.results_file = "../elsewhere.h5";
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[1]"), std::string("{\"format\": 1}"),
                                  std::string("\0\xff", 2), written(manifest)}) {
    put("m.json", text);
    EXPECT_FALSE(read_manifest(file("m.json"))) << text;
  }
  EXPECT_FALSE(read_manifest(file("absent.json")));
  std::filesystem::create_directory(file("folder.json"));
  EXPECT_FALSE(read_manifest(file("folder.json")));
}

TEST_F(ManifestTest, ItsResultsAreThoseOfItsSizeDigestAndRun) {
  const std::string folder = std::filesystem::path(file("x")).parent_path();
  const Manifest manifest = test::put_night(folder, "2026-01-31.h5", "2026-01-31");
  const std::string path = file("2026-01-31.json");
  EXPECT_TRUE(has_its_results(manifest, path));
  Manifest other = manifest;
  other.digest[0] = 'b';
  EXPECT_FALSE(has_its_results(other, path));
  other = manifest;
  other.owner.run_id[0] = 'x';
  EXPECT_FALSE(has_its_results(other, path)) << "the results of another run, and the manifest not yet its own";
  put("2026-01-31.h5", std::string(manifest.bytes, 'x'));
  EXPECT_FALSE(has_its_results(manifest, path)) << "no results file";
  std::filesystem::remove(file("2026-01-31.h5"));
  EXPECT_FALSE(has_its_results(manifest, path));
}

}  // namespace
}  // namespace tessera::nights
