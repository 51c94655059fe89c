#!/usr/bin/env bash
# The test command: installs what the browser tests need, builds with warnings as errors, checks formatting and the types
# of JavaScript, runs every test.
# Ends with the line "N passed, N failed, N skipped"; exits with 0 only if nothing failed.
# "build/test.sh fast" leaves out the browser, the kills and the fuzzing, for a change at hand.
set -euo pipefail
cd "$(dirname "$0")/.."

# installed PACKAGE WHY COMMAND…: one of the commands is there, or the package is installed.
installed() {
  local package=$1 why=$2 command
  for command in "${@:3}"; do
    if command -v "$command" >/dev/null; then return; fi
  done
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need $package for $why. On Debian or Ubuntu: sudo apt-get install $package" >&2
    exit 1
  fi
  echo "Installing $package for the tests of $why …"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
}

part=()
case "${1:-all}" in
  all) installed chromium pages chromium chromium-browser google-chrome ;;
  fast) part=(--filter "FullyQualifiedName!~.EndToEnd.&FullyQualifiedName!~.Fuzzing.") ;;
  *) echo "usage: build/test.sh [fast]" >&2; exit 2 ;;
esac
installed ffmpeg videos ffmpeg

results=artifacts/tests
rm -rf "$results"

echo "Building …"
dotnet build --configuration Release --nologo --verbosity quiet -warnaserror

echo "Checking formatting …"
dotnet tool restore --verbosity quiet
# Style rules and analyzers are part of the build, where a warning is an error.
dotnet csharpier check .

echo "Checking line length …"
length_checked=(--include=*.js --include=*.mjs --include=*.d.ts)
if LC_ALL=C.UTF-8 grep -rnE '^.{121,}' "${length_checked[@]}" --exclude-dir={bin,obj} wwwroot Portal Portal.Tests; then
  echo "These lines have more than 120 characters." >&2
  exit 1
fi

echo "Checking types of JavaScript …"
npm run --silent check:js

echo "Testing JavaScript …"
mkdir -p "$results"
script_status=0
FORCE_COLOR=0 npm run --silent test:js | tee "$results/scripts.txt" || script_status=$?

echo "Testing …"
status=0
dotnet test --configuration Release --no-build --nologo --logger "trx;LogFileName=tests.trx" --logger "console;verbosity=minimal" \
  --results-directory "$results" "${part[@]}" || status=$?

# The counts come from the result file, which is there also when tests failed.
[ -f "$results/tests.trx" ] || { echo "The tests did not run." >&2; exit 1; }
counters=$(grep -o '<Counters [^>]*>' "$results/tests.trx" | head -n 1)
count() { grep -o " $1=\"[0-9]*\"" <<<"$counters" | grep -o '[0-9]*'; }
# Node ends with lines such as "ℹ pass 90".
count_scripts() { grep "^ℹ $1 " "$results/scripts.txt" | grep -o '[0-9]*$' || echo 0; }
passed=$(( $(count passed) + $(count_scripts pass) ))
failed=$(( $(count failed) + $(count error) + $(count timeout) + $(count aborted) \
  + $(count_scripts fail) + $(count_scripts cancelled) ))
skipped=$(( $(count total) - $(count executed) + $(count_scripts skipped) + $(count_scripts todo) ))
if [ "$skipped" -gt 0 ]; then
  echo "Skipped:"
  { grep -o '<UnitTestResult [^>]*outcome="NotExecuted"[^>]*>' "$results/tests.trx" | grep -o 'testName="[^"]*"' | sort
    grep -E '# (SKIP|TODO)' "$results/scripts.txt"; } | sed 's/^/  /' || true
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$script_status" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
