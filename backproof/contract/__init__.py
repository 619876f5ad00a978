"""The contract: what a submission provides, read from the template and from nowhere else."""

from backproof.contract.docstrings import Field
from backproof.contract.foreign import Foreign
from backproof.contract.returns import verified
from backproof.contract.template import Contract, FunctionSpec, load_contract

__all__ = ["Contract", "Field", "Foreign", "FunctionSpec", "load_contract", "verified"]
