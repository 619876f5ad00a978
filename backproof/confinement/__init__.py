"""Run a submission in a process of its own that can reach nothing: the way of an autograder.

The *examiner* (pytest, checks, expected values, points) sends calls to the *candidate*, which runs the submission and
nothing else. Between them there is one channel with plain data on it.
"""
