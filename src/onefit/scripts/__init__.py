"""The runner of unchanged scripts: activation, the script as `__main__`, and the summary.

`main_module.py` starts a script as python would, `run.py` puts onefit around it, and `tensorflow/`
is the stand-in for the name `tensorflow` where TensorFlow is not installed.
"""

from onefit.scripts.main_module import Target as Target
from onefit.scripts.run import run as run
