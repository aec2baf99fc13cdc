#!/usr/bin/env bash
# Asks the validators of the hosts, and the hosts themselves, whether they accept and load the skill and the plugin.
# Tools live in the user's cache folder, hosts run with a home of their own. What cannot run here is named, not passed over.
# shellcheck disable=SC2317 # functions are called through run
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

VALIDATORS=(skills-ref==0.1.1 skillsaw==0.22.0)
HOSTS=(node@22.23.3 @anthropic-ai/claude-code@2.1.329 @openai/codex@0.169.0) # an older node quietly gets older hosts
TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/service-mesh-hosts
NODE=$TOOLS/node/node_modules
PACKAGED=dist/service-mesh

results=() failed=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

run() { # run NAME COMMAND...
  local name=$1 outcome=passed
  shift
  printf '\n== %s\n' "$name"
  "$@" </dev/null || { outcome=FAILED failed=1; }
  results+=("$outcome  $name")
}

skip() { # skip REASON NAME...
  local reason=$1 name
  shift
  for name in "$@"; do results+=("SKIPPED $name: $reason"); done
}

install_validators() {
  local python=$TOOLS/python/bin/python
  "$python" -c 'import skills_ref, skillsaw' 2>/dev/null && return
  rm -rf "$TOOLS/python"
  if command -v uv; then
    uv venv --quiet --python .venv/bin/python "$TOOLS/python" && uv pip install --quiet --python "$python" "${VALIDATORS[@]}"
  else
    .venv/bin/python -m venv "$TOOLS/python" && "$python" -m pip install --quiet "${VALIDATORS[@]}"
  fi
}

install_hosts() {
  [[ $(cat "$TOOLS/node/versions" 2>/dev/null) == "${HOSTS[*]}" ]] && return
  rm -rf "$TOOLS/node"
  mkdir -p "$TOOLS/node" && npm install --no-save --prefix "$TOOLS/node" "${HOSTS[@]}" && echo "${HOSTS[*]}" >"$TOOLS/node/versions"
}

at_home() { # a host's command, with the home of nobody
  HOME=$log/home CODEX_HOME=$log/home/.codex XDG_CONFIG_HOME=$log/home/.config PATH=$NODE/.bin:$PATH "$@"
}

says() { # says PATTERN COMMAND...: the command succeeds and its output has the pattern
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1) && grep --only-matching --max-count 1 -- "$pattern" <<<"$output"; then return 0; fi
  printf '%s\n' "$output"
  return 1
}

claude_connects() {
  at_home claude plugin marketplace add "$PWD" && at_home claude plugin install service-mesh@service-mesh &&
    says 'service-mesh:service-mesh: .*Connected' at_home claude mcp list
}

codex_loads() {
  at_home codex plugin marketplace add "$PWD/dist" && at_home codex plugin add service-mesh@service-mesh &&
    says 'skills/service-mesh/scripts/service-mesh"' at_home codex mcp list --json &&
    says 'service-mesh:service-mesh: ' at_home codex debug prompt-input hello
}

mkdir -p "$log/home/.codex"
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}

if install_validators >"$log/validators" 2>&1; then
  run 'agentskills validate' "$TOOLS/python/bin/agentskills" validate "$PACKAGED/skills/service-mesh"
  run 'skillsaw lint' "$TOOLS/python/bin/skillsaw" lint --no-progress -c .skillsaw.yaml "$PACKAGED"
else
  skip "could not install ${VALIDATORS[*]}: $(tail -n 1 "$log/validators")" 'agentskills validate' 'skillsaw lint'
fi

HOST_CHECKS=('claude plugin validate --strict (repository)' 'claude plugin validate --strict (package)' 'claude starts the server' 'codex loads skill and server')
if ! command -v npm >/dev/null; then
  skip 'there is no npm on the PATH' "${HOST_CHECKS[@]}"
elif ! install_hosts >"$log/hosts" 2>&1; then
  skip "npm could not install ${HOSTS[*]}: $(grep . "$log/hosts" | tail -n 1)" "${HOST_CHECKS[@]}"
else
  run "${HOST_CHECKS[0]}" at_home claude plugin validate --strict .
  run "${HOST_CHECKS[1]}" at_home claude plugin validate --strict "$PACKAGED"
  run "${HOST_CHECKS[2]}" claude_connects
  run "${HOST_CHECKS[3]}" codex_loads
fi

printf '\n'
printf 'hosts: %s\n' "${results[@]}"
exit "$failed"
