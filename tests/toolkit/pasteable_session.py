"""A submission in a folder of its own, called as a check does, and the pasteable code of the calls."""

import sys
from pathlib import Path

import numpy as np

from backproof.contract import load_contract
from backproof.submission import LocalSubmission, find_source
from backproof.testing import ContractFunction
from backproof.testing.calls import CallLog
from backproof.testing.pasteable import pasteable

# Signature: parameters, what is returned, and the learner's code for it.
FUNCTIONS = {
    "scale(x, factor)": ("x : array|factor : float", "out : array like x", "x * factor"),
    "forward(x)": ("x : array", "out : array like x|cache : opaque", "(2 * x, x)"),
    "backward(dout, cache)": ("dout : array|cache : opaque", "dx : array like dout", "2 * dout * cache"),
    "noise(x, rng)": ("x : array|rng : Generator", "out : array like x", "x + rng.standard_normal(x.shape)"),
    "total(params, sizes, *, name=None)": (
        "params : dict of arrays",
        "out : float",
        "sum(params.values()).sum() + sizes[0]",
    ),
    "check(x)": ("x : array", "", "None"),
}
TORCH_NOISE = "x + torch.randn(x.shape, generator=rng)"


class Session:
    """Calls functions of a submission as a check does, and pastes what was recorded."""

    def __init__(self, folder: Path, array: str) -> None:
        template, learner = "", f"import {'torch' if array == 'torch' else 'numpy as np'}\n"
        for signature, (takes, returns, body) in FUNCTIONS.items():
            sections = {"Parameters": takes, "Returns": returns}
            text = "".join(f"\n{name}\n{'-' * len(name)}\n{part}\n" for name, part in sections.items() if part)
            template += f'def {signature}:\n    """Do it.\n{text}"""\n\n'.replace("|", "\n")
            body = TORCH_NOISE if array == "torch" and "noise" in signature else body
            learner += f"def {signature}:\n    return {body}\n\n"
        self.folder = folder / "submission"
        for path, file in ((folder / "template", template), (self.folder, learner)):
            path.mkdir()
            (path / "layers.py").write_text(file, encoding="utf-8")
        (self.folder / "pyproject.toml").write_text(f'[tool.backproof]\narray = "{array}"\n', encoding="utf-8")
        self.log, contract = CallLog(), load_contract(folder / "template")
        self.submission = LocalSubmission(find_source(self.folder))
        for name, spec in contract.functions.items():
            setattr(self, name, ContractFunction(spec, self))

    @property
    def code(self) -> str:
        return pasteable(self.log.calls, self.submission.source)

    def pasted(self, name: str | None = None):
        """Run the code where the learner's file lies and return a variable, or else the last result."""
        namespace: dict[str, object] = {}
        sys.path.insert(0, str(self.folder))
        try:
            exec(self.code, namespace)
        finally:
            sys.path.remove(str(self.folder))
            sys.modules.pop("layers", None)
        last = self.code.splitlines()[-1].partition(" = ")[0].partition(", ")[0]
        return np.asarray(namespace[name or last])
