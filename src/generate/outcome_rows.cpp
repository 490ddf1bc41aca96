// outcomes.csv, campaign.csv: what came of it.

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/random.hpp"
#include "generate/planted.hpp"
#include "generate/rows.hpp"
#include "generate/text.hpp"

namespace tessera::generate {
namespace {

constexpr std::string_view kCampaign = "spring-2026";
constexpr double kControlShare = 0.1, kArmShare = 0.45;

}  // namespace

void append_outcomes(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws draws = company.draws(account, life);
  const Firmographics facts = company.firmographics(draws, life);
  const double engaged = log_clicks(draws, life) / 5.0;
  Text text(out);
  append_account_id(account, out);
  if (facts.customer) {
    const double churn = std::clamp(0.2 - 0.15 * engaged, 0.02, 0.5);
    const auto value = std::llround(100.0 * company.lifetime_value(draws, life, facts));
    text << ",yes," << (draws.uniform(Trait::kChurned) < churn ? "yes," : "no,");
    text.hundredths(value) << '\n';
  } else {
    // Who is a customer has converted; a prospect has neither churned nor a lifetime value.
    text << ",no,,\n";
  }
}

void append_campaign(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  const Draws draws = company.draws(account, life);
  std::string id;
  append_account_id(account, id);
  static const TrialDraw draw(kCampaign);
  const double u = draw(account_key(id));
  const bool control = u < kControlShare;
  const bool b = u >= kControlShare + kArmShare;
  // Planted: 3 % respond untouched; arm a adds up to 4 points where the segment is engaged, arm b half a point more in
  // each.
  const double uplift = control ? 0.0 : 0.04 * planted_segment(life.segment).log_clicks / 5.0 + (b ? 0.005 : 0.0);
  const bool responded = draws.uniform(Trait::kCampaign) < 0.03 + uplift;
  const auto revenue =
      static_cast<std::int64_t>(responded ? 20'000.0 * (0.5 + draws.uniform(Trait::kCampaign, 1)) : 0.0);
  Text text(out);
  text << id << (control ? ",control," : b ? ",b," : ",a,");
  if (!control) text.iso_date(kNightZero - 60);
  text << (responded ? ",yes," : ",no,");
  text.hundredths(revenue) << ',';
  text.hundredths(control ? 0 : 250) << '\n';
}

}  // namespace tessera::generate
