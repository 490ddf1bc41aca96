#include "trial_start.hpp"

#include "core/random.hpp"
#include "kmeans/choice/account_sample.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

constexpr double kWanted = 16'384;
constexpr std::uint64_t kDraw = 1;  ///< apart from the sample by which k is chosen

Prepared sample_of(const Context& context, const Job& job, const Prepared& prepared) {
  const double share = kWanted / static_cast<double>(prepared.n_global);
  std::vector<std::uint32_t> chosen;
  Prepared sample;
  for (std::size_t i = 0; i < prepared.rows.size(); ++i) {
    if (uniform(random_bits(job.seed, RandomPurpose::kSample, prepared.keys[i], kDraw)) >= share) continue;
    chosen.push_back(static_cast<std::uint32_t>(i));
    sample.rows.push_back(prepared.rows[i]);
    sample.keys.push_back(prepared.keys[i]);
  }
  sample.tiles = choice::picked(prepared.tiles, chosen);
  sample.encoding = prepared.encoding;
  sample.n_global = context.comm.all_reduce<parallel::Reduce::kSum>(static_cast<std::uint64_t>(chosen.size()));
  return sample;
}

double inertia_at_end(const CoreSegments& cores) {
  const std::vector<double>& inertia = cores.clustering.inertia_by_iteration;
  return inertia.empty() ? 0.0 : inertia.back();
}

}  // namespace

double worse_than_fresh(const Context& context, const Job& job, const SegmentationSpec& spec, const Prepared& prepared,
                        const MacroSegments& macros, const CoreStart& begin) {
  Journal unheard(false);  // that a sample has fewer distinct accounts is no news
  const Context quiet{context.comm, unheard, context.threads};
  const Prepared sample = sample_of(context, job, prepared);
  if (sample.n_global == 0) return 0.0;
  const double warm = inertia_at_end(find_core_segments(quiet, job, spec, sample, macros, begin));
  const CoreStart anew{begin.centroids, CoreStart::Use::kCount};
  const double fresh = inertia_at_end(find_core_segments(quiet, job, spec, sample, macros, anew));
  return fresh > 0.0 ? warm / fresh - 1.0 : 0.0;
}

}  // namespace tessera
