"""A submission whose functions are called in this process, so that print and a debugger work."""

import copy
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from backproof.contract import FunctionSpec
from backproof.problems import ContractBroken, Isolation, NotImportable, NotYetImplemented, Problem, SubmissionRaised
from backproof.submission.arrays import bridge_for, incoming, outgoing, with_copied_arrays
from backproof.submission.call_batch import CallBatch, one_by_one
from backproof.submission.loaders import skipped_statement
from backproof.submission.modules import ModuleSpace
from backproof.submission.opaque import Opaque
from backproof.submission.protocol import Submission
from backproof.submission.signatures import signature_problem
from backproof.submission.source import Source
from backproof.submission.tracebacks import describe_exception

# Checks pass these kinds on and never inspect them.
OPAQUE_KINDS = ("opaque", "model")

ExceptionFormatter = Callable[[BaseException, Source], str]


class LocalSubmission(Submission):
    """Calls the functions of a submission by their contract names.

    Parameters
    ----------
    source : Source
    replacements : mapping, optional
        Functions to use in place of the source's own, by contract name. A misconception is graded this way.
    """

    isolation: Isolation = "local"
    confinement = ""

    def __init__(self, source: Source, replacements: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.source = source
        self._space = ModuleSpace(source)
        self._bridge = bridge_for(source.array)
        self._found: dict[str, Callable[..., Any] | Problem] = dict(replacements or {})

    def with_replacement(self, name: str, function: Callable[..., Any]) -> Self:
        """Return this submission with another function under a contract name; both share their modules."""
        other = copy.copy(self)
        other._found = {**self._found, name: function}
        return other

    def keep_modules(self) -> None:
        """Keep the modules importable between calls, too: nothing else runs in this process."""
        self._kept_active = self._space.active()
        self._kept_active.__enter__()

    def find(self, spec: FunctionSpec) -> Callable[..., Any]:
        """Return the submission's function.

        Raises
        ------
        Problem
            If it is missing, cannot be imported, or has another signature.
        """
        if spec.name not in self._found:
            try:
                self._found[spec.name] = self._look_up(spec)
            except Problem as problem:
                self._found[spec.name] = problem
        found = self._found[spec.name]
        if isinstance(found, Problem):
            raise found
        return found

    def call(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function with copies of the arguments; arrays of the result are copies too.

        Raises
        ------
        Problem
            If the function cannot be called, raises, or returns a value that is not in the contract.
        """
        return self._call(spec, arguments)[0]

    def call_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        return one_by_one(self.call, spec, batch)

    def attempt(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> Any:
        """Call a function that is expected to raise: its exception is reported by type and message, without lines."""
        return self._call(spec, arguments, _type_and_message)[0]

    def attempt_batch(self, spec: FunctionSpec, batch: CallBatch) -> Iterator[Any]:
        """Call :meth:`attempt` with one set of arguments after the other; yield each result, or the problem instead."""
        return one_by_one(self.attempt, spec, batch)

    def call_with_global_seed(self, spec: FunctionSpec, arguments: Mapping[str, Any], seed: int) -> tuple[Any, bool]:
        """Seed every global generator and call a function; return its result, and whether their state is unchanged."""
        self.seed_global_generators(seed)
        before = _global_random_state()
        returned = self.call(spec, arguments)
        return returned, _global_random_state() == before

    def module(self, returned: Any) -> Any:
        """Return the torch module that a function returned.

        Raises
        ------
        ContractBroken
            If the value is no module.
        """
        from torch.nn import Module

        value = returned.value if isinstance(returned, Opaque) else returned
        if not isinstance(value, Module):
            raise ContractBroken(f"a torch.nn.Module is wanted, not a {type(value).__name__}")
        return value

    def changed_arguments(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the names of the arguments that it changed in place."""
        _, sent = self._call(spec, arguments)
        after = {name: incoming(self._bridge, value) for name, value in sent.items()}
        return [name for name, value in arguments.items() if not _is_unchanged(value, after[name])]

    def warnings(self, spec: FunctionSpec, arguments: Mapping[str, Any]) -> list[str]:
        """Call a function and return the texts of its warnings, such as NumPy's of an overflow."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._call(spec, arguments)
        return [str(warning.message) for warning in caught]

    def seed_global_generators(self, seed: int) -> None:
        """Seed every global generator that the submission could reach."""
        random.seed(seed)
        np.random.seed(seed)
        if "torch" in sys.modules:
            # Submissions run on the CPU. torch.manual_seed also looks for devices, which takes a millisecond.
            sys.modules["torch"].default_generator.manual_seed(seed)

    def _look_up(self, spec: FunctionSpec) -> Callable[..., Any]:
        file = self.source.module_file(spec.module)
        name = self.source.name_of(file)
        if file in self.source.files.refused:
            raise NotImportable(f"{name} {self.source.files.refused[file]}")
        if file not in self.source.files.texts:
            raise NotYetImplemented(f"{name} is missing: {spec.name} belongs there", expected=spec.name)
        try:
            module = self._space.load(file)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise NotImportable(f"{name} could not be imported.\n{describe_exception(error, self.source)}") from error
        function = getattr(module, spec.name, None)
        if function is None and (skipped := skipped_statement(vars(module), spec.name)) is not None:
            why = describe_exception(skipped.error, self.source) if skipped.error else skipped.reason
            raise NotImportable(f"{spec.name} could not be taken from {name}, {skipped.place}.\n{why}")
        if function is None:
            raise NotYetImplemented(f"{spec.name} is missing in {name}", expected=spec.name)
        if not callable(function):
            raise ContractBroken(f"{spec.name} in {name} is not a function but a {type(function).__name__}")
        if problem := signature_problem(spec, function):
            raise problem
        return _copying(function) if self.source.is_adapted else function

    def _call(
        self, spec: FunctionSpec, arguments: Mapping[str, Any], formatter: ExceptionFormatter = describe_exception
    ) -> tuple[Any, dict[str, Any]]:
        function = self.find(spec)
        sent = {name: outgoing(self._bridge, value) for name, value in arguments.items()}
        args, kwargs = spec.passed(sent)
        returned = self.run(spec.name, lambda: function(*args, **kwargs), formatter)
        return self._received(spec, returned), sent

    def run(self, name: str, action: Callable[[], Any], formatter: ExceptionFormatter = describe_exception) -> Any:
        """Run the submission's own code and return its result; messages call the code ``name``.

        Raises
        ------
        Problem
            For any exception of the code; ``formatter`` makes its text.
        """
        try:
            with self._space.active():
                return action()
        except KeyboardInterrupt:
            raise
        except NotImplementedError as error:
            raise NotYetImplemented(f"{name} is not implemented yet", expected=name) from error
        except Problem:
            raise  # from a callable that the check passed in
        except BaseException as error:
            raise SubmissionRaised(
                f"{name} raised.\n{formatter(error, self.source)}",
                exception_types=tuple(base.__name__ for base in type(error).__mro__),
                exception_message=str(error),
            ) from error

    def _received(self, spec: FunctionSpec, returned: Any) -> Any:
        fields = spec.returns
        if isinstance(returned, tuple | list) and len(returned) == len(fields) > 1:
            return tuple(
                Opaque(value) if field.kind in OPAQUE_KINDS else incoming(self._bridge, value)
                for field, value in zip(fields, returned, strict=True)
            )
        return Opaque(returned) if [field.kind for field in fields] == ["model"] else incoming(self._bridge, returned)


def _type_and_message(error: BaseException, _: Source) -> str:
    return f"{type(error).__name__}: {error}"


def _global_random_state() -> tuple[Any, ...]:
    """Return the states of the global generators in a form that can be compared."""
    torch = sys.modules.get("torch")
    torch_state = torch.get_rng_state().numpy().tobytes() if torch else b""
    numpy_state = np.random.get_state(legacy=False)
    position = numpy_state["state"]["pos"], numpy_state["has_gauss"], numpy_state["gauss"]
    return random.getstate(), numpy_state["state"]["key"].tobytes(), position, torch_state


def _copying(function: Callable[..., Any]) -> Callable[..., Any]:
    def with_copies(*args: Any, **kwargs: Any) -> Any:
        return function(*with_copied_arrays(args), **with_copied_arrays(kwargs))

    return with_copies


def _is_unchanged(before: Any, after: Any) -> bool:
    """Compare arrays by dtype, shape and bytes: NaN equals itself, and 0.0 differs from -0.0."""
    if isinstance(before, np.ndarray):
        has_same_form = isinstance(after, np.ndarray) and (before.dtype, before.shape) == (after.dtype, after.shape)
        return has_same_form and before.tobytes() == after.tobytes()
    if isinstance(before, dict):
        has_same_keys = isinstance(after, dict) and before.keys() == after.keys()
        return has_same_keys and all(_is_unchanged(item, after[key]) for key, item in before.items())
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_is_unchanged, before, after))
    return True
