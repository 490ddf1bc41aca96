#include "ingest/folded_source.hpp"

namespace tessera::intake {

std::uint64_t fold_rows(const Context& context, const FoldedSource& source, Quarantine& quarantine,
                        const std::function<void(const ArrivedRows&)>& take) {
  const SourcePlan& plan = source.reading.plan;
  SourcePass pass(context, source.reading, plan, Learns(plan.columns.size(), false), source.limits);
  shuffle_in_rounds(context, source.spec().name, plan, pass, quarantine, take);
  return pass.rows_read();
}

}  // namespace tessera::intake
