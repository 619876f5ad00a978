"""Classroom 50 runs this file in the learner's checkout, for every submission; the engine lies beside it.

The runner names the folder of this bundle in CLASSROOM50_BUNDLE_DIR, and reads result.json from the checkout.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

BUNDLE = Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or Path(__file__).resolve().parent)
ENVIRONMENT = Path(os.environ.get("RUNNER_TEMP") or BUNDLE) / "backproof-environment"


def main() -> int:
    """Install what the engine needs, once for this machine, and grade the checkout."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        install: list[str | Path] = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "--requirement", BUNDLE / "requirements.txt"], check=True)
    options = (BUNDLE / "options.txt").read_text(encoding="utf-8").splitlines()
    checkout = Path.cwd()
    grade: list[str | Path] = [python, "-P", "-m", "backproof", "grade", checkout, *options]
    grade += ["--format", "classroom50", "--output", checkout / "result.json"]
    # -P and another folder: nothing of the checkout is on Python's path.
    return subprocess.run(grade, cwd=BUNDLE, env={**os.environ, "PYTHONPATH": str(BUNDLE)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
