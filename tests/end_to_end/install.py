"""`cmake --install` gives a package that a stranger's project finds, links and runs, a program that runs where it landed, and scripts that find it."""

import os
import pathlib
import re
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


def check_scripts(prefix, folder):
    """What the crontab starts each night is there, and submits scripts and a program that are there too."""
    crontab = (prefix / "share/tessera/jobs/every_night.scrontab").read_text()
    script = re.search(r"\n0 1 \* \* \* /opt/tessera/(\S+)", crontab)[1]
    (folder / "sbatch").write_text('#!/bin/sh\nfor word in "$@" "$TESSERA"; do case $word in /*) echo "$word" >> submitted ;; esac; done; echo 1\n')
    (folder / "sbatch").chmod(0o755)
    (folder / "job.toml").write_text('name = "j"\n[[source]]\nname = "crm"\npath = "crm.csv"\nkey = "id"\n'
                                     '[[segmentation]]\nname = "s"\nfeatures = ["size"]\nk = 2\n')
    (folder / "crm.csv").write_text("id,size\n1,2\n2,3\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TESSERA")}
    subprocess.run([prefix / script, folder / "job.toml"], check=True, cwd=folder, stdout=subprocess.DEVNULL,
                   env={**environment, "PATH": f"{folder}:{os.environ['PATH']}"})
    submitted = [pathlib.Path(line) for line in (folder / "submitted").read_text().splitlines()]
    assert len(submitted) == 9 and all(path.is_file() for path in submitted), submitted
    assert prefix / "bin/tessera" in submitted, submitted
    for path in submitted:
        assert path.suffix != ".sbatch" or (path.parent / "attempt.sh").is_file(), path
    line = call(prefix / "bin/tessera", "plan", folder / "job.toml").splitlines()
    assert any(str(prefix / "share/tessera/cluster/slurm/nightly.sbatch") in words for words in line), line


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
        check_scripts(folder / "prefix", folder)
        assert "Usage" not in call(folder / "prefix/bin/tessera", "--version")
    print("installed, found, linked and run")


if __name__ == "__main__":
    main()
