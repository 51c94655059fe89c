#!/usr/bin/env bash
# The test command: installs what the browser tests need, builds with warnings as errors, checks formatting, runs every test.
# Ends with the line "N passed, N failed, N skipped"; exits with 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  else
    echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium" >&2
    exit 1
  fi
fi

if ! command -v ffmpeg >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ffmpeg for the tests of films …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ffmpeg >/dev/null
  else
    echo "The tests of films need ffmpeg. On Debian or Ubuntu: sudo apt-get install ffmpeg" >&2
    exit 1
  fi
fi

results=artifacts/tests
rm -rf "$results"

echo "Building …"
dotnet build --configuration Release --nologo --verbosity quiet -warnaserror

echo "Checking formatting …"
dotnet format --no-restore --verify-no-changes

echo "Testing …"
status=0
dotnet test --configuration Release --no-build --nologo --logger "trx;LogFileName=tests.trx" --logger "console;verbosity=minimal" \
  --results-directory "$results" || status=$?

# The counts come from the result file, which is there also when tests failed.
[ -f "$results/tests.trx" ] || { echo "The tests did not run." >&2; exit 1; }
counters=$(grep -o '<Counters [^>]*>' "$results/tests.trx" | head -n 1)
count() { grep -o " $1=\"[0-9]*\"" <<<"$counters" | grep -o '[0-9]*'; }
passed=$(count passed)
failed=$(( $(count failed) + $(count error) + $(count timeout) + $(count aborted) ))
skipped=$(( $(count total) - $(count executed) ))
if [ "$skipped" -gt 0 ]; then
  echo "Skipped:"
  grep -o '<UnitTestResult [^>]*outcome="NotExecuted"[^>]*>' "$results/tests.trx" | grep -o 'testName="[^"]*"' | sort | sed 's/^/  /'
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
