"""The environment of an engine, installed once by an upload, for all platforms."""

import os
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers import REFERENCE, backproof, write_files

# A right module, a wrong function, and the rest to do; the assignment in pyproject.toml is ignored.
SUBMISSION = {
    "layers.py": (REFERENCE / "layers.py").read_text(),
    "data.py": "def minibatches(num_samples, batch_size, rng):\n    return []\n",
    "pyproject.toml": '[tool.backproof]\nassignment = "elsewhere"\n',
}
ASSIGNMENT = {"assignment.toml": 'title = "Layers and batches"\nmodules = ["layers", "data"]\n'}


@dataclass(frozen=True)
class Gradescope:
    """The folders of its container, with the upload unpacked and set up."""

    root: Path

    def run(self, script: Path) -> subprocess.CompletedProcess[str]:
        """Run one of the upload's scripts as the platform does."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root), "AUTOGRADER_ROOT": str(self.root)}
        return subprocess.run(
            [script], cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=600
        )


@pytest.fixture(scope="session")
def assignment(tmp_path_factory):
    """An instructor's own assignment."""
    return write_files(tmp_path_factory.mktemp("assignment"), ASSIGNMENT)


@pytest.fixture(scope="session")
def gradescope(tmp_path_factory, assignment):
    """Gradescope's container, with an image built from the exported zip."""
    work = tmp_path_factory.mktemp("gradescope")
    done = backproof("export", "gradescope", work / "upload", "--assignment", assignment, cwd=work)
    assert done.returncode == 0, done.stderr
    container = Gradescope(work / "autograder")
    source = container.root / "source"
    with zipfile.ZipFile(work / "upload.zip") as archive:
        archive.extractall(source)
    for script in ("setup.sh", "run_autograder"):
        (source / script).chmod(0o755)  # as the platform does
    (container.root / "results").mkdir()
    setup = container.run(source / "setup.sh")
    assert setup.returncode == 0, setup.stderr
    return container
