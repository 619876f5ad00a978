"""Run a submission in a confined process: the isolation level of an autograder.

The *examiner* (pytest, checks, expected values, points) sends requests to the *candidate*, which runs the submission
and nothing else. Between them is one channel that carries plain data.
"""
