#!/usr/bin/env bash
# clang-format and clang-tidy, warnings as errors.
#
#   tests/lint.sh --all        every file
#   tests/lint.sh --changed    files that differ from TESSERA_LINT_BASE (default: the commit before this one)
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  --all) mapfile -t files < <(git ls-files '*.cpp' '*.hpp') ;;
  --changed)
    base=${TESSERA_LINT_BASE:-$(git rev-parse --verify -q HEAD~1 || git rev-parse HEAD)}
    mapfile -t files < <({ git diff --name-only --diff-filter=d "$base" -- '*.cpp' '*.hpp'; git ls-files -o --exclude-standard '*.cpp' '*.hpp'; } | sort -u)
    ;;
  *) echo "usage: tests/lint.sh --all | --changed" >&2; exit 64 ;;
esac
[ ${#files[@]} -gt 0 ] || { echo "lint: no C++ file changed"; exit 0; }

# Each file by itself, as the release build has several in one piece; clang does not know all warnings of g++.
build=build/tidy
cmake --preset tidy -DTESSERA_BUILD_TESTS=ON > /dev/null
sed -i -E 's/ -Wno-(restrict|stringop-overflow)//g' $build/compile_commands.json

clang-format --dry-run --Werror "${files[@]}"
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.cpp$' || true)
known=()
for file in "${sources[@]}"; do
  if grep -q "\"$PWD/$file\"" $build/compile_commands.json; then known+=("$file"); else echo "lint: $file is in no target, formatted only"; fi
done
[ ${#known[@]} -eq 0 ] || printf '%s\n' "${known[@]}" | xargs -P "$(env -u OMP_NUM_THREADS nproc)" -n 1 \
  clang-tidy -p "$build" --quiet --warnings-as-errors='*' 2> >(grep -v 'warnings generated' >&2)
echo "lint: ${#files[@]} files formatted as they should be, ${#known[@]} tidy"
