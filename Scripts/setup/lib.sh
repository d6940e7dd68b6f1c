# What the set-up scripts share; bash, to be sourced. Each of them may be run any number of times: what is there and
# whole is left alone, what is missing or half done is made anew.

set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache="$checkout/.cache"
requirements="$checkout/Scripts/setup/requirements"
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Python variables of the caller's would reach into the environments made here.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# Runs a command with its output kept back; shows the output where it fails.
quietly() {
  local log
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    local status=$?
    sed 's/^/  | /' "$log" | tail -n 40 >&2
    rm -f "$log"
    return "$status"
  fi
}

# Runs a command up to three times: mirrors and indexes fail now and then, and answer a moment later.
retry() {
  local attempt
  for attempt in 1 2 3; do
    if quietly "$@"; then return 0; fi
    say "attempt $attempt of 3 failed: $*"
    [ "$attempt" = 3 ] || sleep $((attempt * 5))
  done
  return 1
}

# One set-up at a time in this checkout; the lock goes with the script.
take_turn() {
  mkdir -p "$cache"
  exec 9>"$cache/.lock"
  if ! flock -n 9; then
    say "another set-up is at work here; waiting for it"
    flock 9
  fi
}

# apt_packages NAME...: installs those of Debian's packages that are missing.
apt_packages() {
  local name missing=()
  for name; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "needs Debian packages, and only root can install them: apt-get install ${missing[*]}"
  say "installing Debian packages: ${missing[*]}"
  retry apt-get -o Acquire::Retries=3 -q update || say "package lists could not be renewed; trying with those here"
  retry apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends "${missing[@]}" ||
    fail "Debian packages could not be installed: ${missing[*]}"
}

# stamp FILE...: what an installation was made from, so that a changed list makes it anew.
stamp() { cat "$@" | sha256sum | cut -d' ' -f1; }

# python_of MINOR: the interpreter of this machine for 3.MINOR that tests prefer too (TestSupport's discovery).
python_of() {
  local path
  for path in "$HOME"/.pyenv/versions/"$1".*/bin/python"$1" /usr/local/bin/python"$1" /usr/bin/python"$1"; do
    if [ -x "$path" ] && "$path" -c '' 2>/dev/null; then
      printf '%s\n' "$path"
      return 0
    fi
  done
  return 1
}

# virtual_environment FOLDER PYTHON REQUIREMENTS: made when it is missing, broken, or of other requirements.
virtual_environment() {
  local folder=$1 python=$2 list=$3 wanted
  wanted="$(stamp "$list") $("$python" -c 'import sys; print(sys.version)' | tr '\n' ' ')"
  if [ "$(cat "$folder/.complete" 2>/dev/null)" = "$wanted" ] && "$folder/bin/python" -c '' 2>/dev/null; then
    return 0
  fi
  say "making ${folder#"$checkout"/} from $(basename "$list") on $python"
  rm -rf "$folder"
  quietly "$python" -m venv "$folder" || fail "no virtual environment from $python"
  retry "$folder/bin/python" -m pip install -q --retries 5 -r "$list" || return 1
  printf '%s' "$wanted" >"$folder/.complete"
}
