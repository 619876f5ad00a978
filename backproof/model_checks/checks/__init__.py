"""The model checks, a module for each topic: each registers its checks when it is imported."""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
