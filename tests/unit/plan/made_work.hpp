#pragma once

#include "plan/workload.hpp"

namespace tessera {

/// Accounts of one source, 60 bytes a row, clustered by eight columns.
struct Made {
  explicit Made(double accounts) {
    segmentation.k = 8;
    plan::SourceWork source;
    source.spec = &spec;
    source.rows = source.sample.rows_global = work.accounts = accounts;
    source.sample.text_bytes = source.bytes = 60.0 * accounts;
    source.key_bytes = 10.0;
    source.stored.resize(8);
    source.of_accounts.resize(8);
    work.sources.push_back(source);
    work.columns = 8;
    work.written_columns = 20;
    work.checkpoint_every_s = 600.0;
    plan::SegmentationWork one;
    one.spec = &segmentation;
    one.features = one.d = one.k = 8;
    work.segmentations.push_back(one);
  }
  SourceSpec spec;
  SegmentationSpec segmentation;
  plan::Workload work;
};

}  // namespace tessera
