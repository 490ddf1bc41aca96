#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::intake {

/// The domain of a web or e-mail address, in small letters: without scheme, user or mailbox, "www.", port, path and the
/// dot at the end. "https://www.Example.com:8080/de", "Jane <jane@example.com>" and "example.com." are all
/// "example.com". Nothing where there is none: no dot, an IP address, characters that no name has. Only ASCII letters
/// change case.
[[nodiscard]] std::optional<std::string> domain_of(std::string_view address);

/// What a cell is matched by: its domain, or the cell itself without outer spaces, which no domain equals.
[[nodiscard]] std::string domain_key(std::string_view cell);

/// Domains under which many companies have mail or pages, so that they tell nothing of whose an address is.
class PublicDomains {
 public:
  /// `more`: the job's, besides those that are built in.
  explicit PublicDomains(const std::vector<std::string>& more);
  /// Of a domain as domain_of() gives it.
  [[nodiscard]] bool has(std::string_view domain) const noexcept;

 private:
  std::vector<std::string> domains_;  ///< sorted
};

}  // namespace tessera::intake
