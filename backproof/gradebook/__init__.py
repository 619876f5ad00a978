"""The grades of a class: what was handed in, what is still to be graded, and the work."""
