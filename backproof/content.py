"""Where the shipped content is: the folders of checks, reference, template, misconceptions and assignments."""

from pathlib import Path


def content_root() -> Path:
    """Return the folder that holds ``checks/``, ``reference/`` and the other content folders.

    In a wheel they lie beside this file, in a checkout (also one installed with ``pip install -e .``) one level up.
    """
    package = Path(__file__).resolve().parent
    return package if (package / "student_template").is_dir() else package.parent
