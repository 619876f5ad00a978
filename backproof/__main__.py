"""``python -m backproof``."""

from backproof.commands import main

if __name__ == "__main__":
    main()
