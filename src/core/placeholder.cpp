#include "core/placeholder.hpp"

namespace tessera {

std::string filled_in(std::string path, std::string_view placeholder, std::string_view text) {
  for (std::size_t at = path.find(placeholder); at != std::string::npos; at = path.find(placeholder, at + text.size()))
    path.replace(at, placeholder.size(), text);
  return path;
}

}  // namespace tessera
