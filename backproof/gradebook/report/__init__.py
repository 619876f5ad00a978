"""The report of a class: a page for the instructor, and a summary in the terminal."""
