"""A virtual environment for each of the other graders, kept between runs, so that none meets our own packages."""

import os
import shutil
import subprocess
import venv
from importlib.metadata import version
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backproof-benchmarks"


class Environment:
    """An environment that has a package, and the NumPy that we have; it is made if it is missing.

    Parameters
    ----------
    package : str
    modules : Path
        A folder with further modules, which lie outside so that no grader has to copy them.

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
            # A kernel for notebooks; not each grader asks for one.
            self.run(["python", "-m", "pip", "install", "-qq", package, "ipykernel", f"numpy=={version('numpy')}"])
            (folder / "complete").touch()
        told = f"from importlib.metadata import version; print(version({package!r}))"
        self.version = self.run(["python", "-c", told]).strip()

    def run(self, command: list[str], folder: Path | None = None) -> str:
        """Run a command of the environment in a folder, and return what it prints.

        Raises
        ------
        subprocess.CalledProcessError
            If it fails.
        """
        done = subprocess.run(command, cwd=folder, env=self._variables, check=True, capture_output=True, text=True)
        return done.stdout
