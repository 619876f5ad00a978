"""How a grade is made: one, many in processes of this machine or on a cluster, and again after each save."""
