"""Put the content folders into the wheel, beside the engine.

An editable install finds them at the top of the checkout, so it copies nothing. Files are listed one by one, because
hatchling's ``force_include`` does not respect .gitignore and would include caches.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONTENT = ("assignments", "checks", "example", "misconceptions", "reference", "student_template", "variants")
SUFFIXES = {".py", ".toml", ".md", ".json"}


class ContentBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds ``checks/test_layers.py`` as ``backproof/checks/test_layers.py``, and so on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        top = Path(self.root)
        for folder in CONTENT:
            for file in sorted((top / folder).rglob("*")):
                if file.suffix in SUFFIXES:
                    build_data["force_include"][str(file)] = f"backproof/{file.relative_to(top).as_posix()}"
