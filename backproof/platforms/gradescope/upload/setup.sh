#!/usr/bin/env bash
# Runs once, as root, when the image is built: a Python that is new enough, and the grader's dependencies.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

newest_python() {
  local name
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if command -v "$name" > /dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      echo "$name"
      return
    fi
  done
}

if [ -z "$(newest_python)" ]; then
  apt-get update
  apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
fi
ldconfig -p | grep -q libseccomp.so.2 || { apt-get update && apt-get install -y libseccomp2; }

"$(newest_python)" -m venv "$root/environment"
"$root/environment/bin/pip" install --quiet --requirement "$root/source/requirements.txt"
