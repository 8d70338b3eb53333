"""Be ready for a script's era before the script imports Keras, and take it back."""

from __future__ import annotations

import contextlib
import functools
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType

from onefit.imports import after_import, around_import, ask_first, ask_no_more, forget
from onefit.scripts.eras.era import BOTH_OLD, Era
from onefit.scripts.patches import Patches
from onefit.training.host.garbage import no_collection


def activate(era: Era) -> None:
    """Put an era in force in this process. Nothing happens for Keras 3.

    Args:
        era: The script's era.
    """
    if not era.is_old:
        return
    from onefit.scripts.eras.old_modules import OldModules
    from onefit.scripts.eras.own_modules import OwnModules
    from onefit.scripts.eras.stand_ins import wording

    patches, printing = Patches(), []
    moments: dict[str, Callable[[], None]] = {
        "keras": lambda: _install(era, patches),
        "tensorflow.keras": lambda: _offer_modules(patches),
        "tensorflow.keras.backend": lambda: _install_backend(patches),
        "onefit.scripts.tensorflow.conversion.source": lambda: _adapt_functions(patches),
        "numpy": lambda: printing.append(wording.numbers_without_types()),
    }
    # Keras 1 and 2 stood on TensorFlow 1; the rules of `tf.keras` are those of TensorFlow 2.
    if era.name in BOTH_OLD:
        moments |= {
            module: functools.partial(_take_old_arguments, module, table, patches)
            for module, table in _OF_TENSORFLOW_1.items()
        }
        moments["onefit.scripts.tensorflow.variable"] = lambda: _keep_expressions(patches)
    # Python imports such a module without a look at its package, which is deferred, and with which
    # what the rules add to the module comes.
    moments |= {f"keras.applications.{name}": _load_applications for name in _NETWORKS}
    old_modules, own_modules = OldModules(era.name), OwnModules(sys.path[0] if sys.path else "")
    ask_first(old_modules)
    ask_first(own_modules)
    waiting = [(name, after_import(name, act)) for name, act in moments.items()]
    for name in ("jax", "keras"):
        # A library that is imported already has drawn its numbers, and draws none any more.
        if name not in sys.modules:
            around_import(name, _random_undisturbed)
            waiting.append((name, _random_undisturbed))

    quiet = _without_words_on_shuffling()

    def undo() -> None:
        quiet()
        ask_no_more(old_modules)
        old_modules.unload()
        ask_no_more(own_modules)
        for name, context in waiting:
            forget(name, context)
        for restore in printing:
            restore()
        patches.undo()

    _active.append(undo)


def deactivate() -> None:
    """Undo `activate`. Idempotent."""
    while _active:
        _active.pop()()


def is_active() -> bool:
    """Whether an era is in force.

    >>> is_active()
    False
    """
    return bool(_active)


_active: list[Callable[[], None]] = []
_TF_KERAS = "keras._tf_keras.keras"
_NETWORKS = ("imagenet_utils", "vgg16", "vgg19", "resnet50", "inception_v3", "xception")
_OF_TENSORFLOW_1 = {
    "onefit.scripts.tensorflow": "OF_TOP",
    "onefit.scripts.tensorflow.nn": "OF_NN",
}
"""Modules whose functions had other arguments, each with its table in `compat/old_arguments.py`."""


@contextlib.contextmanager
def _random_undisturbed() -> Iterator[None]:
    """Leave `random` and `np.random` where a script has put them before it imports Keras.

    When they are imported, JAX draws from NumPy's, for the waits of its clusters, and rich, which
    Keras prints with, from Python's, for the numbers of its styles. What old scripts ran on did
    not.
    """
    # A script that has not imported NumPy yet has put nothing there that could be disturbed.
    numpy = sys.modules.get("numpy")
    python, state = random.getstate(), numpy.random.get_state() if numpy else None
    try:
        yield
    finally:
        random.setstate(python)
        if numpy and state is not None:
            numpy.random.set_state(state)


def _load_applications() -> None:
    dir(sys.modules["keras.applications"])  # loads a module that is deferred


def _without_words_on_shuffling() -> Callable[[], None]:
    """Nobody is warned that a dataset or generator is not shuffled by a `fit` that was not asked.

    Keras 3 warns of its own default, `shuffle=True`; Keras 1, 2 and tf.keras 2 said nothing.
    """
    warnings.filterwarnings("ignore", "`shuffle=True` was passed", UserWarning)
    entry = warnings.filters[0]

    def restore() -> None:
        with contextlib.suppress(ValueError):  # a script may have begun its filters anew
            warnings.filters.remove(entry)  # type: ignore[attr-defined]

    return restore


def _install(era: Era, patches: Patches) -> None:
    # All that is loaded here stays, so there is no garbage to be found among Keras's objects.
    with no_collection():
        from onefit.scripts.eras import installation, telling

        telling.forget("OF201")  # Keras imports modules of its own that the script may import, too
        installation.install(era, patches)

    def install_for_tensorflow() -> None:
        with no_collection():
            installation.install_for_tensorflow(era, patches)

    context = after_import(_TF_KERAS, install_for_tensorflow)
    patches.waiting.append(lambda: forget(_TF_KERAS, context))


def _offer_modules(patches: Patches) -> None:
    from onefit.scripts.eras.lazy import offer

    offer(sys.modules["tensorflow.keras"], {}, patches)


def _install_backend(patches: Patches) -> None:
    from onefit.scripts.eras import installation

    installation.install_backend(patches)


def _adapt_functions(patches: Patches) -> None:
    """Functions under `tf.function` are compiled again, from their text."""
    from onefit.scripts.eras import syntax

    patches.put(
        sys.modules["onefit.scripts.tensorflow.conversion.source"], "of_era", syntax.changed
    )


def _keep_expressions(patches: Patches) -> None:
    """What is computed of a variable of the script's is an expression, as of a weight."""
    from onefit.scripts.eras.stand_ins.variable_operators import NAMES, of_script
    from onefit.scripts.tensorflow.variable import Variable

    for name in NAMES:
        patches.put(Variable, name, of_script(getattr(Variable, name), name))


def _losses_of_tensorflow_1(today: ModuleType) -> ModuleType:
    """`tf.losses`: a number for a batch under the names of TensorFlow 1, Keras's under all others.

    Args:
        today: Keras's losses.
    """
    from onefit.scripts.tensorflow.compat import losses

    class Losses(ModuleType):
        def __getattr__(self, name: str) -> object:
            return getattr(today, name)

    found = Losses(today.__name__)
    vars(found).update({name: getattr(losses, name) for name in losses.NAMES.split()})
    return found


def _take_old_arguments(module: str, table: str, patches: Patches) -> None:
    """Functions of a module of the name `tensorflow` take the arguments of TensorFlow 1, too."""
    from onefit.scripts.tensorflow import graph_gradients
    from onefit.scripts.tensorflow.compat import nn, old_arguments, old_names

    home = sys.modules[module]
    if table == "OF_TOP":
        patches.put(home, "losses", _losses_of_tensorflow_1(home.losses))
        patches.put(home, "gradients", graph_gradients.gradients)
    else:
        for name in old_names.OF_NN:
            patches.put(home, name, getattr(nn, name))
    for name, function in old_arguments.of(home, getattr(old_arguments, table)).items():
        patches.put(home, name, function)
