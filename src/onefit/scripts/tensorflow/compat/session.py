"""Sessions and the default graph, which scripts of TensorFlow 1 made for Keras alone.

What they are handed on for means nothing here: code runs as it stands. A session gives the values
of variables and runs the initialisers of variables that nothing has changed. All else that it would
compute is a part of a graph, and an error.
"""

from __future__ import annotations

import weakref
from typing import Any, NoReturn, Self

import keras
from keras.src.backend.common.variables import Variable

from onefit.errors import NeedsTensorFlowName
from onefit.scripts.eras.stand_ins.variable_initializers import FIRST_DRAW
from onefit.scripts.tensorflow.missing import INSTALL
from onefit.scripts.tensorflow.registry import SEEDS, first_values, variables


def _refuse(what: str, do: str) -> NoReturn:
    told = f"{what} needs the graph of TensorFlow 1, and there is none: code runs as it stands"
    raise NeedsTensorFlowName(f"{told}. {do} Or install it: {INSTALL}", name=what)


_CALLED = (
    "Write model.predict(x), or K.function([model.input], [tensor])([x]) for a tensor of a model."
)


class _Name:
    """What was used as a block, and has nothing of TensorFlow's in it."""

    _instead = ""

    def as_default(self) -> Self:
        """A block of no effect."""
        return self

    def __enter__(self) -> Self:
        """A block of no effect."""
        return self

    def __exit__(self, *error: Any) -> None:
        """A block of no effect."""

    def __getattr__(self, name: str) -> Any:
        """Not what is in it."""
        if name.startswith("__"):
            raise AttributeError(name)
        _refuse(f"{type(self).__name__}.{name}", self._instead)


class Graph(_Name):
    """The graph of TensorFlow 1, of which there is only the name: nothing is added to it.

    >>> with Graph().as_default() as graph:
    ...     graph.get_operations()
    Traceback (most recent call last):
    ...
    onefit.errors.NeedsTensorFlowName: Graph.get_operations needs the graph of TensorFlow 1, ...
    """

    _instead = "Write it for tf.function, or for Keras alone."

    def finalize(self) -> None:
        """Nothing is added to it."""


class Initialization:
    """What gives the variables that there are their first values.

    They have them when they are made. Where a variable was changed since, by training or loading,
    it draws the value anew; only in old scripts is it known how.

    Args:
        of: The variables. Defaults to `()`.

    >>> Session().run([Initialization(), Initialization()])
    [None, None]
    """

    def __init__(self, of: Any = ()) -> None:
        """Know of them without holding them."""
        self._variables = [weakref.ref(one) for one in of]

    def held(self) -> list[Any]:
        """The variables that there still are."""
        return [one for one in (reference() for reference in self._variables) if one is not None]

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Nothing, where variables have their first values.

        Raises:
            NeedsTensorFlowName: Where one has not, and nobody noted what made it.
        """
        held = [one for one in self.held() if one.name != SEEDS]  # TensorFlow has none of those
        changed = [one for one, is_first in zip(held, first_values(held)) if not is_first]
        names = [one.name for one in changed if FIRST_DRAW not in vars(one)]
        if names:
            _refuse(
                f"An initialiser of variables that have their first values no more ({names[0]!r})",
                "It would draw trained and loaded values anew: leave it out, or build the model "
                "again where it is to begin anew.",
            )
        for one in changed:
            self.draw(one)

    def draw(self, variable: Any) -> None:
        """Give a variable, which noted what made it, a first value once more."""
        made_by = vars(variable)[FIRST_DRAW]
        if isinstance(made_by, str):
            made_by = keras.initializers.get(made_by)
        if isinstance(made_by, keras.initializers.Initializer) and hasattr(made_by, "seed"):
            # Keras's own draws the same numbers whenever it is asked
            made_by = type(made_by).from_config({**made_by.get_config(), "seed": None})
        is_array = not callable(made_by)
        variable.assign(made_by if is_array else made_by(variable.shape, dtype=variable.dtype))


class FirstValue(Initialization):
    """What gives variables of old scripts a first value once more, whatever they have."""

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Draw it."""
        for one in self.held():
            self.draw(one)


def global_variables_initializer() -> Initialization:
    """What gives all variables their first values."""
    return Initialization(variables()[1:])  # the first is what a program has found wrong


def variables_initializer(var_list: Any, name: str = "init") -> Initialization:
    """What gives some variables their first values."""
    return Initialization(var_list)


def local_variables_initializer() -> Initialization:
    """What gives variables that are not saved their first values: there are none."""
    return Initialization()


def tables_initializer(name: str = "init_all_tables") -> Initialization:
    """What fills tables: they are full when they are made."""
    return Initialization()


class Session(_Name):
    """What is handed to Keras, and computes no graph.

    Args:
        target: Taken, and of no effect.
        graph: Taken, and of no effect.
        config: Taken, and of no effect.

    >>> with Session() as session:
    ...     session.run([])
    []
    """

    _instead = _CALLED

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        """Take TensorFlow's arguments."""
        self.graph = _default if graph is None else graph

    def run(
        self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """The values of variables, and nothing for their initialisers.

        Raises:
            NeedsTensorFlowName: For all else.
        """
        if isinstance(fetches, list | tuple):
            return type(fetches)([self.run(one, feed_dict) for one in fetches])
        if isinstance(fetches, dict):
            return {name: self.run(one, feed_dict) for name, one in fetches.items()}
        if isinstance(fetches, Initialization):
            return fetches.run()
        if isinstance(fetches, Variable) and not feed_dict:
            return keras.ops.convert_to_numpy(fetches)[()]
        return self._computed(fetches)

    def _computed(self, fetch: Any) -> Any:
        _refuse(f"Session.run of {_named(fetch)}", _CALLED)

    def close(self) -> None:
        """Nothing is open."""


class InteractiveSession(Session):
    """The same as `Session`."""


def _named(fetch: Any) -> str:
    name = getattr(fetch, "name", None)
    return f"{type(fetch).__name__} {name!r}" if isinstance(name, str) else type(fetch).__name__


def get_default_graph() -> Graph:
    """The only graph."""
    return _default


_default = Graph()
