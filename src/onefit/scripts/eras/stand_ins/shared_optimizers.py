"""One optimizer for several models, as generators and discriminators of Keras 1 and 2 had it.

An optimizer of Keras 1 and 2 made its moments anew whenever a model was compiled with it, also for
the same model; its models shared its learning rate and its count of steps. One of Keras 3 has the
moments of one model only, and keeps them when that is compiled again, as in tf.keras 2.

Source: `_make_train_function` in `keras/engine/training.py` of Keras 1.2.2 and 2.2.4, which calls
`get_updates`; `apply_gradients` in `keras/optimizers/optimizer.py` of tf.keras 2.15.
"""

from __future__ import annotations

import weakref
from typing import Any

import keras

_SHARED = ("_iterations", "_learning_rate")


def optimizer_for(model: Any, optimizer: Any) -> Any:
    """The optimizer itself for its first model, and one beside it for every other model.

    Args:
        model: The model that is compiled.
        optimizer: An optimizer, or anything else that `compile` takes, which stays as it is.

    >>> optimizer = keras.optimizers.Adam(0.1)
    >>> one, two = keras.Sequential(), keras.Sequential()
    >>> optimizer_for(one, optimizer) is optimizer, optimizer_for(two, optimizer) is optimizer
    (True, False)
    >>> optimizer_for(two, optimizer).iterations is optimizer.iterations
    True
    """
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        return optimizer
    # By weak references: neither a model nor an optimizer that the script drops is kept alive.
    first = _models.setdefault(optimizer, weakref.ref(model))
    if first() is model:
        return optimizer
    # An optimizer may say itself how another one is made beside it.
    return getattr(optimizer, "_beside", lambda: _beside(optimizer))()


def optimizer_anew(model: Any, optimizer: Any) -> Any:
    """The same as `optimizer_for`, and the first model's moments begin anew, too.

    Args:
        model: The model that is compiled.
        optimizer: An optimizer, or anything else that `compile` takes, which stays as it is.

    >>> optimizer = keras.optimizers.Adam(0.1)
    >>> optimizer.build([keras.Variable([0.0])])
    >>> len(optimizer.variables), len(optimizer_anew(keras.Sequential(), optimizer).variables)
    (4, 2)
    """
    found = optimizer_for(model, optimizer)
    if found is optimizer and getattr(optimizer, "built", False):
        kept = [vars(optimizer).get(name) for name in _SHARED]
        variables = [one for one in optimizer._variables if any(one is other for other in kept)]
        # Keras makes the others for the model's weights at its next step: one that is not frozen
        # any more has its own, too.
        list.__setitem__(optimizer._variables, slice(None), variables)
        optimizer._trainable_variables_indices.clear()
        object.__setattr__(optimizer, "built", False)
    return found


_models = weakref.WeakKeyDictionary()  # type: ignore[var-annotated]


def _beside(optimizer: Any) -> Any:
    """An optimizer with moments of its own, whose rate and steps are those of another one."""
    made = type(optimizer).from_config(optimizer.get_config())
    variables = made._variables
    for name in _SHARED:
        own, other = getattr(made, name, None), getattr(optimizer, name, None)
        if isinstance(own, keras.Variable) and isinstance(other, keras.Variable):
            place = next(index for index, one in enumerate(variables) if one is own)
            list.__setitem__(variables, place, other)
            object.__setattr__(made, name, other)
    return made
