#pragma once

#include <hdf5.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "nights/manifest.hpp"
#include "storage/durable_file.hpp"

namespace tessera::test {

/// The least that is a results file to who looks at its digest and run.
inline void put_results(const std::string& path, const std::string& digest, const std::string& run_id) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t group = H5Gcreate2(file, "run", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const auto put = [](hid_t where, const char* name, const std::string& text) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, text.size());
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(where, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, text.data());
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
  };
  put(file, "digest", digest);
  put(group, "run_id", run_id);
  H5Gclose(group);
  H5Fclose(file);
}

/// Results of a night in a folder with the manifest that tells of them. `name` is "2026-01-31.h5", or of held results.
inline nights::Manifest put_night(const std::string& folder, const std::string& name, const std::string& night,
                                  const std::string& job = "nightly") {
  const std::string path = folder + "/" + name;
  nights::Manifest manifest;
  manifest.job = job;
  manifest.night = night;
  manifest.is_held = name.find(".held.") != std::string::npos;
  manifest.results_file = name;
  manifest.digest = std::string(32, 'a');
  manifest.owner.run_id = "run-of-" + night;
  put_results(path, manifest.digest, manifest.owner.run_id);
  manifest.bytes = std::filesystem::file_size(path);
  storage::write_synced(night_files(path).manifest, nights::written(manifest));
  return manifest;
}

}  // namespace tessera::test
