"""OF204: `keras.initializations` of Keras 1, whose functions make a variable of a shape."""

from __future__ import annotations

from typing import Any

from onefit.scripts.eras.call import Call, Translate
from onefit.scripts.eras.rule import WRITTEN, Gone, Rule

KERAS1 = frozenset({"keras1"})


def _called(kind: str, scale: str = "", **defaults: float) -> Translate:
    """`initializations.normal(shape, scale)` is `RandomNormal(scale)(shape)`."""

    def translate(call: Call) -> None:
        for name in ("name", "dim_ordering"):
            if call.has(name):
                call.take(name)
        given: dict[str, Any] = dict(defaults)
        if call.has("scale"):
            width = call.take("scale")
            # `uniform(shape, scale)` drew between minus and plus its scale.
            between = {"minval": call.express("-{}", width), "maxval": width}
            given = {scale: width} if scale else between
        made = call.make(f"keras.initializers.{kind}", **given)
        _check(kind, call.literal("shape"))
        call.give("x", call.express("{}({})", made, call.take("shape")))
        call.target = "keras.ops.convert_to_tensor"

    return translate


def _check(kind: str, shape: Any) -> None:
    """Only of a matrix Keras 1 and Keras 3 count the inputs and outputs alike."""
    is_scaled = kind.startswith(("Lecun", "Glorot", "He"))
    if is_scaled and not (isinstance(shape, list | tuple) and len(shape) == 2):
        raise ValueError(
            f"Keras 1 drew with another width than {kind} where a weight has not two axes: "
            "give scale or stddev to RandomUniform or RandomNormal"
        )


_FUNCTIONS = {
    "uniform": _called("RandomUniform", minval=-0.05, maxval=0.05),
    "normal": _called("RandomNormal", "stddev", stddev=0.05),
    "lecun_uniform": _called("LecunUniform"),
    "glorot_normal": _called("GlorotNormal"),
    "glorot_uniform": _called("GlorotUniform"),
    "he_normal": _called("HeNormal"),
    "he_uniform": _called("HeUniform"),
    "orthogonal": _called("Orthogonal", "gain", gain=1.1),
    "identity": _called("Identity", "gain"),
    "zero": _called("Zeros"),
    "one": _called("Ones"),
}
RULES: tuple[Rule, ...] = (
    *(
        Gone(f"keras.initializations.{name}", f"initializations:{name}", translate, eras=KERAS1)
        for name, translate in _FUNCTIONS.items()
    ),
    Gone("keras.initializers._compute_fans", "initializations:compute_fans", WRITTEN),
)
