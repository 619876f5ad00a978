"""Settings of backproof's own tests."""

import os

# The arrays of checks are small: a second thread of the linear algebra waits longer than it works, and far longer
# where the other core is busy with other tests. Must be set before NumPy is imported.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
