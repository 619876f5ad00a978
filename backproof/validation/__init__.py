"""Can the checks be trusted? Right work, wrong work and mutants of the right work, graded and counted."""
