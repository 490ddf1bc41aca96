#!/usr/bin/env bash
# Lets libFuzzer look for inputs that break a property, so many minutes a target, one after the other, with the address and
# undefined-behaviour sanitizers. Ends with 1 at the first finding, whose input is in build/fuzz/findings.
#
#   tests/fuzz/campaign.sh MINUTES [TARGET...]    csv_reader dates expressions job_file numbers
#   tests/fuzz/campaign.sh --keep TARGET...       shrinks what was found worth keeping into tests/fuzz/corpus
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${TESSERA_FUZZ_BUILD:-build/fuzz}
all=(csv_reader dates expressions job_file numbers)
usage="usage: tests/fuzz/campaign.sh MINUTES [TARGET...], or --keep TARGET..."
most_kept=35 # files of a target: what a test reads in a second

[ $# -ge 1 ] || { echo "$usage" >&2; exit 64; }
what=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")

cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTESSERA_FUZZ=ON \
  -DCMAKE_C_COMPILER="${CC:-clang}" -DCMAKE_CXX_COMPILER="${CXX:-clang++}" >"$build.log" || { cat "$build.log" >&2; exit 1; }
cmake --build "$build" --target "${targets[@]/#/fuzz_}"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
# The leaks that are found are OpenMPI's own.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
[ -d /dev/shm ] && export TMPDIR=/dev/shm

mkdir -p "$build/findings"
for target in "${targets[@]}"; do
  program=$(find "$build" -name "fuzz_$target" -type f)
  worked="$build/corpus/$target" kept="tests/fuzz/corpus/$target"
  mkdir -p "$worked" "$kept"
  if [ "$what" = --keep ]; then
    small=$(mktemp -d)
    "$program" -merge=1 -max_len=300 "$small" "$kept" "$worked" 2>/dev/null
    # Smallest first: those that were merged last add the least.
    find "$small" -type f -printf '%s %p\n' | sort -n | head -n "$most_kept" | cut -d' ' -f2- | xargs -r cp -t "$kept"
    rm -r "$small"
    continue
  fi
  echo "== $target, $what minutes"
  nice -n 19 "$program" -max_total_time=$((what * 60)) -max_len=2000 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$target-" "$worked" "$kept" 2>"$build/$target.log" ||
    { tail -n 60 "$build/$target.log" >&2; exit 1; }
  grep -E '^stat::(number_of_executed_units|new_units_added|peak_rss_mb)' "$build/$target.log"
done
