"""`tf.summary`: numbers, distributions, pictures and texts for TensorBoard, by tensorboardX.

Writers and what is written are a file each. Graphs are not traced here: what asks for them is taken
and writes none.
"""

from __future__ import annotations

from typing import Any

from onefit.scripts.tensorflow.missing import names_of, namespace
from onefit.scripts.tensorflow.summary.values import audio as audio
from onefit.scripts.tensorflow.summary.values import histogram as histogram
from onefit.scripts.tensorflow.summary.values import image as image
from onefit.scripts.tensorflow.summary.values import scalar as scalar
from onefit.scripts.tensorflow.summary.values import summary_scope as _summary_scope
from onefit.scripts.tensorflow.summary.values import text as text
from onefit.scripts.tensorflow.summary.values import write as write
from onefit.scripts.tensorflow.summary.writers import SummaryWriter as SummaryWriter
from onefit.scripts.tensorflow.summary.writers import create_file_writer as create_file_writer
from onefit.scripts.tensorflow.summary.writers import create_noop_writer as create_noop_writer
from onefit.scripts.tensorflow.summary.writers import flush as flush
from onefit.scripts.tensorflow.summary.writers import get_step as _get_step
from onefit.scripts.tensorflow.summary.writers import record_if as record_if
from onefit.scripts.tensorflow.summary.writers import set_step as _set_step
from onefit.scripts.tensorflow.summary.writers import (
    should_record_summaries as should_record_summaries,
)


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Taken, and of no effect: there is no graph to write."""


def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Taken, and of no effect: there is no graph to write."""


def trace_off() -> None:
    """Taken, and of no effect."""


def graph(graph_data: Any) -> None:
    """Taken, and of no effect: there is no graph to write."""


experimental = namespace(
    "tensorflow.summary.experimental",
    get_step=_get_step,
    set_step=_set_step,
    summary_scope=_summary_scope,
)
ALSO = "experimental"
__getattr__ = names_of("tensorflow.summary")
