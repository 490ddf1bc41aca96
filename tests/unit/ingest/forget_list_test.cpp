#include "ingest/forget_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "temporary_folder.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

using Ids = std::vector<std::string>;
const Ids kKeys = {"account_id", "Kunde Nr."};

Ids ids_of(const std::string& text) {
  const test::TemporaryFolder folder;
  return read_forget_list(folder.write("ids.csv", text), kKeys);
}

TEST(ForgetList, TakesAnIdALine) {
  EXPECT_EQ(ids_of("A1\nB2\n"), Ids({"A1", "B2"}));
  EXPECT_EQ(ids_of("A1\r\n\r\n  \nB2"), Ids({"A1", "B2"}));
  EXPECT_EQ(ids_of("\xEF\xBB\xBF"
                   "\"ACME, Inc\"\n\"say \"\"so\"\"\"\nÖl\n"),
            Ids({"ACME, Inc", "say \"so\"", "Öl"}));
}

TEST(ForgetList, TakesTheKeysColumnOfATable) {
  EXPECT_EQ(ids_of("account_id\nA1\n"), Ids({"A1"}));
  EXPECT_EQ(ids_of("when,account_id,why\n2026,A1,\"a, b\"\n2025,\"B\n2\",c\n"), Ids({"A1", "B\n2"}));
  EXPECT_EQ(ids_of("x;Kunde Nr.\n1;7\n2;\n3;8\n"), Ids({"7", "8"}));
}

TEST(ForgetList, AForeignHeaderIsAnIdThatMatchesNobodyAndLosesNone) {
  EXPECT_EQ(ids_of("customer\nA1\n"), Ids({"customer", "A1"}));
}

std::string refusal_of(const std::string& text) {
  try {
    (void)ids_of(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    return error.what();
  }
  return "none";
}

TEST(ForgetList, RefusesAListThatCannotBeMeant) {
  for (const std::string text : {"", "\n\n", "account_id\n", "account_id,why\n,x\n", "   \n"})
    EXPECT_NE(refusal_of(text).find("has no account id in it"), std::string::npos) << text;
  const std::string wide = refusal_of("A1\nSECRET-2,Jane\n");
  EXPECT_NE(wide.find("row 2 has several fields"), std::string::npos) << wide;
  EXPECT_EQ(wide.find("SECRET"), std::string::npos) << "an id must not be said again";
  EXPECT_NE(refusal_of("why,account_id\nx\n").find("row 2 has no field in the column 2"), std::string::npos);
  EXPECT_NE(refusal_of(std::string("A\0B\n", 4)).find("UTF-8"), std::string::npos);
}

TEST(ForgetList, RefusesAMissingFile) {
  try {
    (void)read_forget_list("/nowhere/ids.csv", kKeys);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kNoInput);
  }
}

}  // namespace
}  // namespace tessera::intake
