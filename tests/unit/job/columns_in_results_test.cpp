#include "job/columns_in_results.hpp"

#include <gtest/gtest.h>

#include "job_text.hpp"

namespace tessera {
namespace {

TEST(ColumnsInResults, AreThoseThatTheJobNamesEachOnce) {
  const Job job = test::load(
      "name = \"j\"\n"
      "[[source]]\nname = \"crm\"\npath = \"a.csv\"\nkey = \"id\"\n"
      "[columns.employees]\nmin = 1\n"
      "[[macro]]\nname = \"size\"\ncolumn = \"employees\"\nbands = [{ name = \"All\", from = 0 }]\n"
      "[value]\ncolumn = \"crm.revenue\"\n"
      "[kpi]\nclicks = { numerator = \"clicks\", denominator = \"sent\" }\n"
      "[[segmentation]]\nname = \"s\"\nfeatures = [\"employees\", \"visits\"]\nk = 2\nexisting = \"legacy\"\n"
      "refine = { features = [\"age\"], depth_by = \"stage\", stop_at_core = [\"lead\"] }\n");
  EXPECT_EQ(job::columns_in_results(job), (std::vector<std::string>{"employees", "crm.revenue", "clicks", "sent",
                                                                    "visits", "legacy", "age", "stage"}));
}

}  // namespace
}  // namespace tessera
