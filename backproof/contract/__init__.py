"""The contract: the functions that a submission must provide, read from the template alone."""

from backproof.contract.docstrings import Field
from backproof.contract.returns import verified
from backproof.contract.template import Contract, FunctionSpec, load_contract
from backproof.contract.unsupported import UnsupportedValue

__all__ = ["Contract", "Field", "FunctionSpec", "UnsupportedValue", "load_contract", "verified"]
