# shellcheck shell=bash
# Sourced by the scripts in ci/: the root, what they print, the compiler cache.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Objects of one checkout serve another: the cache sees paths relative to the root.
export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$root}" CCACHE_NOHASHDIR=1
# What ci/node installed.
[ ! -d "$root/.cache/node/bin" ] || PATH=$root/.cache/node/bin:$PATH
jobs=${CLOGS_JOBS:-$(nproc)}

say() { printf '== %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# phase "what" command...: runs it and says how long it took.
phase() {
  local what=$1 begin=$SECONDS status=0
  shift
  say "$what"
  "$@"
  status=$?  # seen only where the caller asks; elsewhere a failure has ended the script
  say "$what: $((SECONDS - begin)) s"
  return $status
}

# On a terminal ninja redraws one line; in a log every 50th line is enough.
thin_ninja() {
  if [ -t 1 ]; then cat; else
    awk '/^\[[0-9]+\/[0-9]+\]/ { if (++n % 50) next } { print; fflush() }'
  fi
}

# configure PRESET [BUILD_DIR]: only what is missing; ninja itself notices changed CMake files.
configure() {
  local log=$2/configure.log
  if [ ! -e "$2/build.ninja" ]; then
    mkdir -p "$2"
    say "configure $1 in ${2#"$root"/}"
    cmake --preset "$1" -B "$2" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  fi
}

# build DIR TARGET...
build() {
  (
    cd "$1"
    if [ -t 1 ]; then
      NINJA_STATUS='[%f/%t %es] ' ninja -j "$jobs" "${@:2}"
    else
      NINJA_STATUS='[%f/%t] ' ninja -j "$jobs" "${@:2}" | thin_ninja
    fi
  )
}
