#pragma once

#include <map>
#include <string>

namespace tessera::nights {

/// The job's nights that were published beside `path`, as their manifests tell, by date: the results, whether they are
/// still there or not.
[[nodiscard]] std::map<std::string, std::string> published_nights(const std::string& path, const std::string& job);

}  // namespace tessera::nights
