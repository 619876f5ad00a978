"""Property checks for the building blocks of deep learning."""

__version__ = "0.1.0"
