"""``python -m backproof``."""

import sys
from pathlib import Path

# Python puts the current folder first, which may be a submission with a click.py of its own; with -P it does not.
if not sys.flags.safe_path:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from backproof.commands import main

if __name__ == "__main__":
    main()
