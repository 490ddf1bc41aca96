#include "start_plan.hpp"

#include <fmt/format.h>

#include "core/iso_date.hpp"
#include "model/encoder.hpp"
#include "model_key.hpp"
#include "tessera/macro.hpp"

namespace tessera {
namespace {

/// Days from one ISO date to another; 0 where either is none.
std::int64_t days_between(const std::string& earlier, const std::string& later) {
  const auto from = parse_iso_date(earlier), to = parse_iso_date(later);
  return from && to ? *to - *from : 0;
}

/// Why last night's model is no start for tonight's; empty: it is one.
std::string why_not(const Job& job, const SegmentationSpec& spec, const AccountTable* accounts,
                    const StoredModels& before, const StoredModel& model) {
  if (!model.withheld.empty()) return "what was learnt from sensitive features is not kept from night to night";
  if (what_makes_segments(job, spec) != what_makes_segments(before.job, model.spec))
    return "the job asks for other segments than last night";
  if (spec.scope == Scope::kAll && !spec.auto_k && model.k != spec.k)
    return fmt::format("last night there were {} of the {} segments that the job asks for", model.k, spec.k);
  for (const FeatureEncoding* encoding : {&model.encoding, &model.micro_encoding})
    if (accounts != nullptr && !why_not_encodable(*encoding, *accounts).empty())
      return "columns are others than last night";
  return "";
}

}  // namespace

StartPlan plan_start(const Job& job, const SegmentationSpec& spec, const AccountTable* accounts,
                     const StoredModels* before, const std::string& night) {
  if (is_macro_only(spec)) return {nullptr, nullptr, "there are macro segments alone"};
  if (before == nullptr || !job.previous) return {nullptr, nullptr, "there was no night before"};
  if (!job.previous->warm_start) return {nullptr, nullptr, "the job asks for one every night"};
  if (spec.initial) return {nullptr, nullptr, "the job gives the centroids to begin with"};
  const StoredModel* model = before->find(spec.name);
  if (model == nullptr || model->k == 0)
    return {nullptr, nullptr, "last night had no core segments of this segmentation"};
  if (std::string why = why_not(job, spec, accounts, *before, *model); !why.empty())
    return {nullptr, nullptr, std::move(why)};
  const auto& every = job.previous->fresh_every;
  if (every && days_between(model->start.fresh_night, night) * 86'400 >= every->seconds)
    return {nullptr, model, fmt::format("the last one is {} old", every->text)};
  return {model, model,
          fmt::format("last night's features, centroids and tree; the last fresh start was on {}",
                      model->start.fresh_night)};
}

}  // namespace tessera
