#include "ingest/domain.hpp"

#include <algorithm>
#include <iterator>

#include "ingest/cell.hpp"

namespace tessera::intake {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_host_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::string_view before(std::string_view text, std::string_view any_of) noexcept {
  return text.substr(0, text.find_first_of(any_of));
}

/// Labels parted by dots, at least two, the last of which is no number.
bool is_domain(std::string_view host) noexcept {
  constexpr std::size_t kLongestLabel = 63, kLongestDomain = 253;
  if (host.empty() || host.size() > kLongestDomain) return false;
  std::size_t labels = 0;
  std::string_view last;
  for (std::string_view rest = host;; rest.remove_prefix(last.size() + 1)) {
    last = before(rest, ".");
    ++labels;
    if (last.empty() || last.size() > kLongestLabel || !std::all_of(last.begin(), last.end(), is_host_character))
      return false;
    if (last.size() == rest.size()) break;
  }
  return labels > 1 && !std::all_of(last.begin(), last.end(), is_digit);
}

// Mail for everybody, and sites on which companies have a page instead of one of their own.
constexpr std::string_view kPublicDomains[] = {
    "126.com",        "163.com",        "aim.com",       "aol.com",        "arcor.de",        "att.net",
    "bell.net",       "bigpond.com",    "bluewin.ch",    "bol.com.br",     "btinternet.com",  "charter.net",
    "comcast.net",    "cox.net",        "daum.net",      "duck.com",       "earthlink.net",   "facebook.com",
    "fastmail.com",   "foxmail.com",    "free.fr",       "freenet.de",     "gmail.com",       "gmx.at",
    "gmx.ch",         "gmx.com",        "gmx.de",        "gmx.net",        "googlemail.com",  "hanmail.net",
    "hey.com",        "hotmail.co.uk",  "hotmail.com",   "hotmail.de",     "hotmail.es",      "hotmail.fr",
    "hotmail.it",     "hushmail.com",   "icloud.com",    "inbox.com",      "instagram.com",   "interia.pl",
    "laposte.net",    "libero.it",      "linkedin.com",  "linktr.ee",      "live.co.uk",      "live.com",
    "live.de",        "live.fr",        "live.nl",       "mac.com",        "mail.com",        "mail.de",
    "mail.ru",        "me.com",         "msn.com",       "naver.com",      "netscape.net",    "ntlworld.com",
    "o2.pl",          "onet.pl",        "orange.fr",     "outlook.com",    "outlook.de",      "outlook.fr",
    "posteo.de",      "proton.me",      "protonmail.ch", "protonmail.com", "qq.com",          "rambler.ru",
    "rediffmail.com", "rocketmail.com", "sapo.pt",       "sbcglobal.net",  "seznam.cz",       "sfr.fr",
    "shaw.ca",        "sina.com",       "sky.com",       "sohu.com",       "t-online.de",     "talktalk.net",
    "telenet.be",     "terra.com.br",   "tiscali.it",    "tuta.io",        "tutanota.com",    "twitter.com",
    "ukr.net",        "uol.com.br",     "verizon.net",   "virgilio.it",    "virginmedia.com", "wanadoo.fr",
    "web.de",         "wp.pl",          "x.com",         "xing.com",       "yahoo.ca",        "yahoo.co.in",
    "yahoo.co.jp",    "yahoo.co.uk",    "yahoo.com",     "yahoo.com.br",   "yahoo.de",        "yahoo.es",
    "yahoo.fr",       "yahoo.it",       "yandex.com",    "yandex.ru",      "ymail.com",       "youtube.com",
    "zoho.com",
};

}  // namespace

std::optional<std::string> domain_of(std::string_view address) {
  std::string_view host = trimmed(address);
  if (const std::size_t open = host.rfind('<'); open != std::string_view::npos)
    host = before(host.substr(open + 1), ">");
  if (const std::size_t scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  while (host.starts_with('/')) host.remove_prefix(1);
  host = before(host, "/?#\\");
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  host = before(host, ":");
  while (host.ends_with('.')) host.remove_suffix(1);
  std::string domain(host);
  for (char& c : domain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::string_view kWww = "www.";
  if (domain.starts_with(kWww) && is_domain(std::string_view(domain).substr(kWww.size()))) domain.erase(0, kWww.size());
  return is_domain(domain) ? std::optional(std::move(domain)) : std::nullopt;
}

std::string domain_key(std::string_view cell) {
  return domain_of(cell).value_or(std::string(trimmed(cell)));
}

PublicDomains::PublicDomains(const std::vector<std::string>& more)
    : domains_(std::begin(kPublicDomains), std::end(kPublicDomains)) {
  for (const std::string& one : more) {
    if (std::optional<std::string> domain = domain_of(one)) domains_.push_back(std::move(*domain));
  }
  std::sort(domains_.begin(), domains_.end());
}

bool PublicDomains::has(std::string_view domain) const noexcept {
  return std::binary_search(domains_.begin(), domains_.end(), domain);
}

}  // namespace tessera::intake
