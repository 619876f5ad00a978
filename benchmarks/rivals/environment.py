"""A virtual environment for each of the other graders, reused between runs and separate from backproof's."""

import os
import shutil
import subprocess
import venv
from importlib.metadata import version
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backproof-benchmarks"


class Environment:
    """An environment with a package and this environment's version of NumPy; created if it is missing.

    Parameters
    ----------
    package : str
    modules : Path
        A folder with further modules, on ``PYTHONPATH`` so that no grader has to copy them.

    Raises
    ------
    subprocess.CalledProcessError
        If the package cannot be installed.
    """

    def __init__(self, package: str, modules: Path) -> None:
        folder = CACHE / package
        programs = folder / "bin"
        self._variables = {
            **os.environ,
            "VIRTUAL_ENV": str(folder),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(modules),
        }
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            # A kernel for notebooks, on which not every grader depends.
            self.run(["python", "-m", "pip", "install", "-qq", package, "ipykernel", f"numpy=={version('numpy')}"])
            (folder / "complete").touch()
        code = f"from importlib.metadata import version; print(version({package!r}))"
        self.version = self.run(["python", "-c", code]).strip()

    def run(self, command: list[str], folder: Path | None = None) -> str:
        """Run a command of the environment in a folder, and return its output.

        Raises
        ------
        subprocess.CalledProcessError
            If it fails.
        """
        done = subprocess.run(command, cwd=folder, env=self._variables, check=True, capture_output=True, text=True)
        return done.stdout
