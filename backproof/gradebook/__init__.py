"""A class: its hand-ins, their grading, the SQLite gradebook, pseudonyms, and the report of the class."""
