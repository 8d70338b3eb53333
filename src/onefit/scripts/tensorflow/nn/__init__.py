"""`tf.nn`: activations, convolutions, losses and what belongs to them."""

from __future__ import annotations

from onefit.scripts.tensorflow.math.counts import zero_fraction as zero_fraction
from onefit.scripts.tensorflow.math.elements import sigmoid as sigmoid
from onefit.scripts.tensorflow.math.norms import l2_normalize as l2_normalize
from onefit.scripts.tensorflow.math.norms import log_softmax as log_softmax
from onefit.scripts.tensorflow.math.norms import softmax as softmax
from onefit.scripts.tensorflow.math.order import in_top_k as in_top_k
from onefit.scripts.tensorflow.math.order import top_k as top_k
from onefit.scripts.tensorflow.missing import names_of, namespace
from onefit.scripts.tensorflow.nn import (
    activations,
    blocks,
    convolutions,
    ctc,
    embeddings,
    losses,
    normalization,
    pooling,
    samples,
)
from onefit.scripts.tensorflow.visible import defined

globals().update(
    defined(
        *(activations, blocks, convolutions, ctc, embeddings),
        *(losses, normalization, pooling, samples),
    )
)
experimental = namespace(
    "tensorflow.nn.experimental", stateless_dropout=activations.stateless_dropout
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.nn")
