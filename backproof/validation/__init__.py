"""Error rates of checks: right work, wrong work and mutants of the right work, graded and counted."""
