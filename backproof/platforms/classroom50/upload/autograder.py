"""Classroom 50 runs this file in the learner's checkout, for every submission; the engine lies beside it.

CLASSROOM50_BUNDLE_DIR is the folder of this bundle. The runner reads result.json from the checkout.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

BUNDLE = Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or Path(__file__).resolve().parent)
ENVIRONMENT = Path(os.environ.get("RUNNER_TEMP") or BUNDLE) / "backproof-environment"


def main() -> int:
    """Install the engine's dependencies, once for each machine, and grade the checkout."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        install: list[str | Path] = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, "--requirement", BUNDLE / "requirements.txt"], check=True)
    options = (BUNDLE / "options.txt").read_text(encoding="utf-8").splitlines()
    checkout = Path.cwd()
    grade: list[str | Path] = [python, "-P", "-m", "backproof", "grade", checkout, *options]
    grade += ["--format", "classroom50", "--output", checkout / "result.json"]
    # -P and another working folder keep the checkout off Python's path.
    return subprocess.run(grade, cwd=BUNDLE, env={**os.environ, "PYTHONPATH": str(BUNDLE)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
