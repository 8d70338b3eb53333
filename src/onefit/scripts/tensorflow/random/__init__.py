"""`tf.random`: TensorFlow's own numbers for TensorFlow's seeds.

An operation outside of a program draws from Philox with the seeds that TensorFlow gives it: the
global one of `set_seed` and its own. A file here is a concept: the numbers that are made of
Philox's words (`distributions.py`), the operations that remember where they are (`operations.py`),
those that are a function of their seed (`stateless.py`), and `tf.random.Generator`.
docs/design/0061 says what is the same to the bit.

>>> set_seed(1)
>>> [round(float(number), 6) for number in uniform((2,))]
[0.165131, 0.901481]
"""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of, namespace
from onefit.scripts.tensorflow.random.candidates import (
    log_uniform_candidate_sampler as log_uniform_candidate_sampler,
)
from onefit.scripts.tensorflow.random.candidates import (
    uniform_candidate_sampler as uniform_candidate_sampler,
)
from onefit.scripts.tensorflow.random.gammas import gamma as gamma
from onefit.scripts.tensorflow.random.gammas import poisson as poisson
from onefit.scripts.tensorflow.random.gammas import stateless_binomial as stateless_binomial
from onefit.scripts.tensorflow.random.gammas import stateless_gamma as stateless_gamma
from onefit.scripts.tensorflow.random.gammas import stateless_poisson as stateless_poisson
from onefit.scripts.tensorflow.random.generator import Algorithm as Algorithm
from onefit.scripts.tensorflow.random.generator import Generator as Generator
from onefit.scripts.tensorflow.random.generator import create_rng_state as create_rng_state
from onefit.scripts.tensorflow.random.generator import get_global_generator as get_global_generator
from onefit.scripts.tensorflow.random.generator import set_global_generator as set_global_generator
from onefit.scripts.tensorflow.random.operations import categorical as categorical
from onefit.scripts.tensorflow.random.operations import normal as normal
from onefit.scripts.tensorflow.random.operations import set_seed as set_seed
from onefit.scripts.tensorflow.random.operations import shuffle as shuffle
from onefit.scripts.tensorflow.random.operations import truncated_normal as truncated_normal
from onefit.scripts.tensorflow.random.operations import uniform as uniform
from onefit.scripts.tensorflow.random.stateless import fold_in as fold_in
from onefit.scripts.tensorflow.random.stateless import split as split
from onefit.scripts.tensorflow.random.stateless import (
    stateless_categorical as stateless_categorical,
)
from onefit.scripts.tensorflow.random.stateless import stateless_normal as stateless_normal
from onefit.scripts.tensorflow.random.stateless import stateless_shuffle as _stateless_shuffle
from onefit.scripts.tensorflow.random.stateless import (
    stateless_truncated_normal as stateless_truncated_normal,
)
from onefit.scripts.tensorflow.random.stateless import stateless_uniform as stateless_uniform

experimental = namespace(
    "tensorflow.random.experimental",
    Algorithm=Algorithm,
    Generator=Generator,
    create_rng_state=create_rng_state,
    get_global_generator=get_global_generator,
    set_global_generator=set_global_generator,
    stateless_fold_in=fold_in,
    stateless_split=split,
    stateless_shuffle=_stateless_shuffle,
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.random")
