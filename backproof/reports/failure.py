"""One failed check in words: the property, the counterexample, expected and got, the hint, how to replay it."""

from backproof.result import CheckResult


def failure_text(check: CheckResult) -> str:
    """Return what a learner reads of a check that did not pass, without its name."""
    failure = check.failure
    if failure is None:
        return ""
    parts = [("property", check.property)]
    if failure.counterexample:
        parts.append(("try", failure.counterexample))
    parts.append(("what happened", failure.message))
    if failure.expected and failure.expected not in failure.message:
        parts.append(("expected", failure.expected))
    if failure.got and failure.got not in failure.message:
        parts.append(("got", failure.got))
    parts += [("matches", diagnosis.says) for diagnosis in failure.diagnosis]
    if failure.hint:
        parts.append(("hint", failure.hint))
    if failure.replay:
        parts.append(("replay", failure.replay))
    return "\n".join(_labelled(label, text) for label, text in parts)


def _labelled(label: str, text: str) -> str:
    """Put a label before a text; the lines of a longer text stand below it, indented."""
    if "\n" in text:
        return f"{label}:\n" + "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    return f"{label}: {text}"
