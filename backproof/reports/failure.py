"""One failed check as text: property, counterexample, message, expected, got, hint and replay line."""

from backproof.result import CheckResult


def failure_text(check: CheckResult) -> str:
    """Return the text for a learner about a check that did not pass, without its name."""
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
    """Put a label before a text; a text of several lines goes below it, indented."""
    if "\n" in text:
        return f"{label}:\n" + "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    return f"{label}: {text}"
