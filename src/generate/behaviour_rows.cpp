// engagement.csv, orders.csv, contacts.csv, feedback.csv: what the accounts do.

#include <algorithm>
#include <array>
#include <cmath>

#include "core/elementary.hpp"
#include "generate/planted.hpp"
#include "generate/rows.hpp"
#include "generate/text.hpp"

namespace tessera::generate {
namespace {

constexpr std::array<std::string_view, 6> kTitles = {"Chief Executive Officer", "VP Marketing",
                                                     "Head of Purchasing",      "IT Manager",
                                                     "Senior Engineer",         "Office Assistant"};
constexpr std::array<std::string_view, 12> kGiven = {"Ada",   "Björn", "Chloë", "Dmitri", "Elif",  "Farid",
                                                     "Grace", "Hana",  "Igor",  "José",   "Keiko", "Lena"};
constexpr std::array<std::string_view, 12> kFamily = {"Adams",  "Brandt", "Costa",  "Dubois", "Eriksen",  "Fischer",
                                                      "García", "Hughes", "Ivanov", "Jansen", "Kowalski", "Løvgren"};
/// Orders are drawn over the three years around night 0; a night shows those up to its day.
constexpr int kOrderSpanDays = 1095, kOrderDaysBefore = 730;

std::int64_t rounded(double x) {
  return std::llround(x);
}

void append_order(const Company& company, const Draws& draws, const Life& life, std::uint64_t account,
                  std::uint32_t order, double log_price, std::string& out) {
  const auto day = static_cast<int>(draws.below(kOrderSpanDays, Trait::kOrders, 16 * order)) - kOrderDaysBefore;
  if (kNightZero + day > company.today()) return;
  const std::uint32_t lines = 1 + draws.below(3, Trait::kOrders, 16 * order + 1);
  for (std::uint32_t line = 0; line < lines; ++line) {
    const std::uint64_t which = 16 * order + 2 + 4 * line;
    const auto price = rounded(100.0 * portable_exp(log_price + 0.4 * draws.normal(Trait::kOrders, which)));
    const std::uint64_t bits = draws.bits(Trait::kOrders, which + 1);
    const std::int64_t discount = 5 * std::int64_t{Draws::part_below(4, bits, 0)};
    const std::int64_t quantity = 1 + std::int64_t{Draws::part_below(20, bits, 1)};
    const bool returned = Draws::part_below(50, bits, 2) == 0;
    const std::uint32_t product =
        Draws::part_below(kProducts.size() + 1, bits, 3);  // the last one: the favourite again
    Text text(out);
    text << 'O';
    text.padded(account, 9) << '-' << static_cast<std::int64_t>(order) << ',';
    append_account_id(account, out);
    text << ',';
    text.iso_date(kNightZero + day) << ',';
    text << kProducts[product == kProducts.size() ? static_cast<std::size_t>(planted_segment(life.segment).product)
                                                  : product]
         << ',' << (returned ? -quantity : quantity) << ',';
    text.hundredths(price) << ',';
    text.hundredths(discount) << '\n';
  }
}

}  // namespace

void append_engagement(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws draws = company.draws(account, life);
  const PlantedSegment& segment = planted_segment(life.segment);
  const std::int64_t clicks = rounded(portable_exp(log_clicks(draws, life)) - 1.0);
  const std::int64_t visits =
      rounded(portable_exp(std::max(0.0, segment.log_visits + kEngagementSpread * draws.normal(Trait::kVisits))) - 1.0);
  const std::int64_t opened = clicks + rounded(static_cast<double>(clicks + 4) * draws.uniform(Trait::kOpened));
  const std::int64_t sent = opened + 2 + rounded(20.0 * draws.uniform(Trait::kSent));
  Text text(out);
  append_account_id(account, out);
  text << ',' << sent << ',' << opened << ',' << clicks << ',' << visits << ',';
  text.iso_date(kNightZero - 1 - static_cast<int>(draws.below(400, Trait::kLastTouch)));
  text << ',' << kChannels[draws.favouring(segment.channel, kChannels.size(), Trait::kChannel)] << ','
       << kAssets[draws.favouring(segment.asset, kAssets.size(), Trait::kAsset)] << '\n';
}

void append_orders(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws draws = company.draws(account, life);
  const Firmographics facts = company.firmographics(draws, life);
  if (!facts.customer) return;
  const double worth = portable_log(company.lifetime_value(draws, life, facts));
  const std::uint32_t orders =
      1 + draws.below(6 + static_cast<std::uint32_t>(std::max(0.0, worth - 6.0)), Trait::kOrders, 1'000'000);
  for (std::uint32_t order = 0; order < orders; ++order)
    append_order(company, draws, life, account, order, worth - 6.0, out);
}

void append_contacts(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws lasting = company.lasting_draws(account);
  const std::uint32_t contacts = lasting.below(4, Trait::kContacts);
  for (std::uint32_t c = 0; c < contacts; ++c) {
    const std::uint64_t bits = lasting.bits(Trait::kContacts, 1 + c);
    const std::string_view given = kGiven[Draws::part_below(kGiven.size(), bits, 0)];
    const std::string_view family = kFamily[Draws::part_below(kFamily.size(), bits, 1)];
    Text text(out);
    append_account_id(account, out);
    text << ',' << given << ' ' << family << ',' << kTitles[Draws::part_below(kTitles.size(), bits, 2)] << ",contact"
         << static_cast<std::int64_t>(c) << '@';
    std::string website;
    append_website(company, account, website);
    text << std::string_view(website).substr(4) << '\n';
  }
}

void append_feedback(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws draws = company.draws(account, life);
  const Firmographics facts = company.firmographics(draws, life);
  if (!facts.customer) return;
  const std::uint32_t answers = draws.below(3, Trait::kFeedback);
  for (std::uint32_t a = 0; a < answers; ++a) {
    const std::uint64_t which = 1 + 4ULL * a;
    const double mood =
        7.0 + 0.8 * planted_segment(life.segment).value_lift + 2.0 * draws.normal(Trait::kFeedback, which);
    append_account_id(account, out);
    Text text(out);
    text << ',';
    text.iso_date(kNightZero - 1 - static_cast<int>(draws.below(365, Trait::kFeedback, which + 1)));
    text << ',' << std::clamp<std::int64_t>(static_cast<std::int64_t>(mood), 0, 10) << ','
         << kThemes[draws.favouring(planted_segment(life.segment).theme, kThemes.size(), Trait::kFeedback, which + 2)]
         << '\n';
  }
}

}  // namespace tessera::generate
