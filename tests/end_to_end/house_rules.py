"""Rules that a grep can keep: where MPI and HDF5 may be called, no floating-point sum by MPI, files of one subject."""

import re
import subprocess
import sys

import night

MOST_LINES = 400


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=night.PROJECT,
                            capture_output=True, text=True, check=True).stdout.split()
    return [name for name in listed if (night.PROJECT / name).exists()]


def findings():
    rules = [(r"\bMPI_[A-Z][a-z]", "src/parallel/", "MPI is called in src/parallel alone"),
             (r"\bH5[A-Z]{1,2}[a-z]", "src/storage/", "HDF5 is called in src/storage alone")]
    for name in tracked("src/*", "include/*"):
        text = (night.PROJECT / name).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, home, rule in rules:
                if name.endswith((".cpp", ".hpp")) and not name.startswith(home) and re.search(pattern, line):
                    yield f"{name}:{number}: {rule}"
            if re.search(r"MPI_SUM", line) and re.search(r"MPI_(FLOAT|DOUBLE|LONG_DOUBLE)", line):
                yield f"{name}:{number}: a floating-point sum depends on the rank count"
            if re.search(r"\b(TODO|FIXME|XXX)\b|#if 0", line):
                yield f"{name}:{number}: left behind"
            if re.search(r"\bstd::(normal|uniform_real|uniform_int|exponential|discrete)_distribution", line):
                yield f"{name}:{number}: std:: distributions differ between libraries"
    for name in tracked("src/*", "include/*", "tests/*", "benchmarks/*"):
        if name.endswith((".cpp", ".hpp", ".py", ".sh")):
            lines = len((night.PROJECT / name).read_text(encoding="utf-8").splitlines())
            if lines > MOST_LINES:
                yield f"{name}: {lines} lines; past {MOST_LINES} there is a second subject in it"
    for name in tracked("src/*", "include/*", "tests/*", "benchmarks/*", "jobs/*", "cluster/*"):
        folder = (night.PROJECT / name).parent
        if name.count("/") in (1, 2) and not name.startswith("tests/unit") and not name.startswith("tests/ranks/"):
            if not (folder / "README.md").exists() and not folder.name.startswith(("cmake", "tessera")):
                yield f"{folder.relative_to(night.PROJECT)}: has no README.md"


def main():
    found = sorted(set(findings()))
    print("\n".join(found) or "the house is in order")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
