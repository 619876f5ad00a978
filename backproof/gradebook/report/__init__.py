"""The report of a class: its page, and its summary in the terminal."""
