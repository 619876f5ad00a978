"""What people read of a grade. A report knows the result, and nothing of how it came about."""
