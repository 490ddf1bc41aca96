"""`cmake --install` gives a package that a stranger's project finds, links and runs, and a program that runs where it landed."""

import pathlib
import subprocess

import night

CMAKE = """
cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES C CXX)
find_package(tessera REQUIRED)
add_executable(stranger main.cpp)
target_link_libraries(stranger PRIVATE tessera::tessera)
"""

MAIN = """
#include <tessera/account_key.hpp>
#include <tessera/job.hpp>
#include <tessera/errors.hpp>
#include <cstdio>
int main() {
  try {
    (void)tessera::load_job("absent.toml", {});
  } catch (const tessera::Error& error) {
    std::printf("%d %d\\n", static_cast<int>(error.code()), tessera::account_key("A").hi != 0);
    return 0;
  }
  return 1;
}
"""


def call(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def main():
    parser = night.arguments(__doc__)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    with night.temporary_folder() as name:
        folder = pathlib.Path(name)
        call("cmake", "--install", options.build, "--prefix", folder / "prefix")
        (folder / "CMakeLists.txt").write_text(CMAKE)
        (folder / "main.cpp").write_text(MAIN)
        call("cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={folder / 'prefix'}")
        call("cmake", "--build", folder / "build")
        assert call(folder / "build/stranger") == "66 1\n"
        assert "Usage" not in call(folder / "prefix/bin/tessera", "--version")
    print("installed, found, linked and run")


if __name__ == "__main__":
    main()
