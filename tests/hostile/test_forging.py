"""Submissions that try to get points that they have not earned."""

import pytest

from tests.hostile.stage import Hostile

RETURNED = "mean must return a number for `mean`; it returned"

FORGED = {
    "exit code 0": Hostile(
        "import os\ndef mean(x):\n    os._exit(0)", "timeout", "gave no answer: it ended itself with exit code 0"
    ),
    "exit code 0 while imported": Hostile("import os\nos._exit(0)", "timeout", "it ended itself with exit code 0", ()),
    "sys.exit": Hostile("import sys\ndef mean(x):\n    sys.exit(0)", "error", "SystemExit: 0"),
    "sys.exit while imported": Hostile("import sys\nsys.exit(0)", "error", "SystemExit: 0", ()),
    "results printed as the grader prints them": Hostile(
        """
        import os

        def mean(x):
            for descriptor in (1, 2):
                os.write(descriptor, b"10 of 10 checks passed: 10 of 10 points (100 %)\\n")
            print('{"schema": "backproof/grade/v1", "score": 10.0, "max_score": 10.0}', flush=True)
            os._exit(0)
        """,
        "timeout",
        "it ended itself with exit code 0",
    ),
    "atexit": Hostile(
        """
        import atexit, os
        atexit.register(print, "10 of 10 checks passed")

        def mean(x):
            atexit._run_exitfuncs()
            return -1.0
        """,
        "failed",
        "mean is",
    ),
    "NumPy's comparisons patched": Hostile(
        """
        import numpy as np

        for name in ("allclose", "isclose", "array_equal", "isfinite", "abs", "any"):
            setattr(np, name, lambda *args, **kwargs: np.bool_(True))
        np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None

        def mean(x):
            return -1.0
        """,
        "failed",
        "mean is",
    ),
    "pytest, Hypothesis and msgspec patched": Hostile(
        """
        import msgspec, sys

        for name in ("pytest", "_pytest.runner", "hypothesis", "hypothesis.core"):
            sys.modules[name] = sys  # they are not here, so that nothing is patched
        msgspec.msgpack.Encoder = msgspec.msgpack.encode = lambda *args, **kwargs: b""

        def mean(x):
            return -1.0
        """,
        "failed",
        "mean is",
    ),
    "the engine's own classes patched": Hostile(
        """
        from backproof import problems
        from backproof.confinement.candidate import Candidate
        from backproof.submission import LocalSubmission

        problems.SubmissionRaised.outcome = problems.ContractBroken.outcome = "passed"
        LocalSubmission.changed_arguments = lambda *args: []
        Candidate.points = 10

        def mean(x):
            raise ValueError("passed")
        """,
        "error",
        "ValueError: passed",
    ),
    "a problem that is called passed": Hostile(
        """
        from backproof.problems import Problem

        class Passed(Problem):
            outcome = "passed"

        def mean(x):
            raise Passed("10 of 10")
        """,
        "timeout",
        "did not answer as it must",
    ),
    "unittest.SkipTest": Hostile(
        "import unittest\ndef mean(x):\n    raise unittest.SkipTest('all is well')", "error", "SkipTest: all is well"
    ),
    "NotImplementedError": Hostile("def mean(x):\n    raise NotImplementedError", "todo", "not implemented yet"),
    "KeyboardInterrupt": Hostile("def mean(x):\n    raise KeyboardInterrupt", "timeout", "gave no answer"),
    "a number that equals every number": Hostile(
        """
        class Agreeable(float):
            __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
            __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0

        def mean(x):
            return Agreeable(-1.0)
        """,
        "failed",
        "mean is",
    ),
    "an object that equals everything": Hostile(
        """
        class Agreeable:
            __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
            __float__ = lambda self: 0.0
            __array__ = lambda self, *args, **kwargs: 1 / 0
            __array_function__ = __array_ufunc__ = lambda *args, **kwargs: True

        def mean(x):
            return Agreeable()
        """,
        "failed",
        f"{RETURNED} a Agreeable",
    ),
    "an array whose functions are its own": Hostile(
        """
        class Agreeable(np.ndarray):
            __eq__ = __le__ = lambda self, other: np.bool_(True)
            shape = property(lambda self: (4, 3))
            def __array_function__(self, *args): return True
            def __array_ufunc__(self, *args, **kwargs): return np.bool_(True)

        def center(x):
            return np.zeros((4, 3)).view(Agreeable)
        """,
        "failed",
        "are wrong",
        ("center",),
    ),
    "a class that says it is another": Hostile(
        """
        class Pretender:
            __class__ = float
            __float__ = lambda self: 1 / 0
            __reduce__ = lambda self: (exec, ("raise SystemExit(0)",))

        def mean(x):
            return Pretender()
        """,
        "failed",
        "what came back cannot be read: ZeroDivisionError",
    ),
    "a list that lies about its length": Hostile(
        """
        class Liar(list):
            __len__ = lambda self: 5
            __getitem__ = lambda self, index: 1 / 0

        def order(x):
            return Liar()
        """,
        "failed",
        "the elements are not in order",
        ("order",),
    ),
    "a text that is whatever is asked for": Hostile(
        """
        class Chameleon(str):
            __eq__ = lambda self, other: True
            __hash__ = str.__hash__
            __str__ = lambda self: "down"

        def direction(x):
            return Chameleon("up")
        """,
        "failed",
        "rising numbers do not go up",
        ("direction",),
    ),
    "an exception that cannot be looked at": Hostile(
        """
        class Shy(Exception):
            def __str__(self):
                raise RuntimeError("10 of 10")

        def mean(x):
            raise Shy
        """,
        "failed",
        "what came back cannot be read: RuntimeError",
    ),
    "a signature that raises": Hostile(
        """
        class Odd:
            __signature__ = property(lambda self: 1 / 0)
            __call__ = lambda self, x: 0.0

        mean = Odd()
        """,
        "failed",
        "what came back cannot be read: ZeroDivisionError",
    ),
    "the caller's frames": Hostile(
        """
        import sys

        def mean(x):
            frame, names = sys._getframe(), set()
            while frame is not None:
                names.update(frame.f_locals, frame.f_globals)
                frame = frame.f_back
            raise RuntimeError(f"found {names & {'expected', 'pytest', 'points', 'tolerance', 'SECRET'}}")
        """,
        "error",
        "found set()",
    ),
    "the garbage collector's objects": Hostile(
        """
        import gc, sys

        def mean(x):
            modules = {"pytest", "hypothesis", "backproof.testing", "backproof.plugin", "backproof.grading.runner"}
            kinds = {type(thing).__name__ for thing in gc.get_objects()}
            raise RuntimeError(f"found {modules & set(sys.modules)} {kinds & {'CheckInfo', 'Assignment', 'Grade'}}")
        """,
        "error",
        "found set() set()",
    ),
    "the reference, imported": Hostile(
        "def mean(x):\n    from reference.target import mean as right\n    return right(x)",
        "error",
        "No module named 'reference'",
    ),
    "the engine's modules that were not loaded": Hostile(
        "def mean(x):\n    import backproof.grading.runner",
        "error",
        "Error: ",
    ),
    "other arguments for the grader": Hostile(
        """
        import sys, os
        sys.argv[:] = ["backproof", "grade", "--isolation", "local"]
        os.environ["PYTEST_ADDOPTS"] = "--collect-only"

        def mean(x):
            return -1.0
        """,
        "failed",
        "mean is",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_no_point_that_was_not_earned(stage, name):
    """Attacked functions get no points, honest ones keep theirs, and the message names the cause."""
    stage.expect(FORGED[name])
