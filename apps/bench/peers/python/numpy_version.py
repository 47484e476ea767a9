import re

import numpy as np


def numpy_version():
    """NumPy's version and, where the system tells, the library behind its products: `1.24.2 openblas`.

    Debian's NumPy uses whichever BLAS is installed, and the plain one is many times slower than OpenBLAS.
    """
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read().lower()
    except OSError:
        return np.__version__
    found = re.search(r"/[^/\n]*(openblas|mkl|blis|atlas)[^/\n]*$", loaded, re.MULTILINE)
    return f"{np.__version__} {found.group(1) if found else 'plain BLAS'}"
