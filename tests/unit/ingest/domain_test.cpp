#include "ingest/domain.hpp"

#include <gtest/gtest.h>

#include <string>

#include "ingest/cell.hpp"

namespace tessera::intake {
namespace {

TEST(Domain, IsWhatAllWritingsOfAnAddressHaveInCommon) {
  for (const char* address :
       {"example.com", "EXAMPLE.com", "www.example.com", "http://example.com",
        "https://www.Example.com:8443/de/?q=a@b.c#x", "//example.com/x", "example.com.", "example.com/",
        "jane@example.com", "Jane Doe <jane.doe@Example.com>", "mailto:jane@example.com",
        "ftp://user:pass@www.example.com/", " example.com ", "example.com\\share", "odd@name@example.com"})
    EXPECT_EQ(domain_of(address), "example.com") << address;
  EXPECT_EQ(domain_of("shop.example.co.uk"), "shop.example.co.uk");
  EXPECT_EQ(domain_of("www.com"), "www.com");
  EXPECT_EQ(domain_of("www.www.com"), "www.com");
  EXPECT_EQ(domain_of("https://größe.example/"), "größe.example");
}

TEST(Domain, IsNothingWhereThereIsNone) {
  const std::string long_label(64, 'a');
  std::string long_name = "a";
  for (int i = 0; i < 130; ++i) long_name += ".a";
  for (const std::string& address :
       {std::string(), std::string("none"), std::string("localhost:80"), std::string("192.168.0.1"),
        std::string("http://[::1]/"), std::string("two words.com"), std::string("a..b"), std::string(".com"),
        std::string("jane@"), std::string("@"), std::string("http://"), std::string("..."), std::string("a,b.com"),
        long_label + ".com", long_name, std::string("<>"), std::string("1.2.3")})
    EXPECT_EQ(domain_of(address), std::nullopt) << address;
}

TEST(Domain, AsAKeyIsTheCellWhereThereIsNone) {
  EXPECT_EQ(account_id(" https://www.Example.com/ ", KeyFormat::kDomain), "example.com");
  EXPECT_EQ(account_id(" Not One ", KeyFormat::kDomain), "Not One");
  EXPECT_EQ(account_id("  ", KeyFormat::kDomain), "");
}

TEST(PublicDomains, AreThoseOfTheTableAndOfTheJob) {
  const PublicDomains publics({"https://www.House.example/", "not one"});
  for (const char* domain : {"gmail.com", "126.com", "zoho.com", "x.com", "house.example"})
    EXPECT_TRUE(publics.has(domain)) << domain;
  for (const char* domain : {"example.com", "", "not one", "mail.gmail.com"})
    EXPECT_FALSE(publics.has(domain)) << domain;
}

}  // namespace
}  // namespace tessera::intake
