"""Import onefit, and nothing else."""

import time

started = time.perf_counter()
import onefit  # noqa: E402, F401

print(f'{{"import_s": {time.perf_counter() - started}}}')
