"""`tf.train.Checkpoint`: the variables of objects in files, and back."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Self

import jax.numpy as jnp
import keras
import numpy as np

from onefit.scripts.tensorflow.annotations import TensorLike
from onefit.scripts.tensorflow.train import bundle
from onefit.scripts.tensorflow.train.bundle import Bundle
from onefit.scripts.tensorflow.train.objects import Found, Holder, found_from
from onefit.scripts.tensorflow.train.retention import note_checkpoints
from onefit.scripts.tensorflow.variable import Variable


class Checkpoint(Holder):
    """Objects whose variables are saved and restored by the names that lead to them.

    The files are onefit's own: `bundle.py` says which. TensorFlow does not read them.

    Args:
        root: An object whose attributes stand at the top. Defaults to `None`.
        **kwargs: Objects by their names: models, optimizers, variables, modules, lists of them.

    >>> import os, tempfile
    >>> counter = Variable(3)
    >>> path = Checkpoint(step=counter).save(os.path.join(tempfile.mkdtemp(), "ckpt"))
    >>> other = Variable(0)
    >>> status = Checkpoint(step=other).restore(path).assert_consumed()
    >>> os.path.basename(path), other.numpy()
    ('ckpt-1', np.int32(3))
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        """Keep the objects."""
        self._pending: list[tuple[_Restoration, str]] = []
        self._root = root
        self._save_counter: Any = None
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: TensorLike) -> None:
        """Hold another object; what was restored before reaches it now."""
        if type(value) is list and not name.startswith("_"):
            value = ListWrapper(value, self, name)
        super().__setattr__(name, value)
        # By `__dict__`: the first attribute that `__init__` sets is this one, and there is none
        # yet.
        for restoration, prefix in list(self.__dict__.get("_pending", ())):
            if not name.startswith("_"):
                restoration.fill(value, f"{prefix}/{name}" if prefix else name)

    @property
    def save_counter(self) -> Any:
        """How often `save` was called, an integer variable."""
        if self._save_counter is None:
            self._save_counter = Variable(0, trainable=False, name="save_counter", dtype="int64")
        return self._save_counter

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write the files, without a number.

        Args:
            file_prefix: Their name without the endings.
            options: Taken, and of no effect.

        Returns:
            The same name.
        """
        prefix = os.fspath(file_prefix)
        found = self._found()
        arrays = {name: np.asarray(one.value) for name, one in found.variables.items()}
        bundle.write(prefix, arrays, found.aliases)
        return prefix

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write the files with a number that grows, and note them as the newest.

        Args:
            file_prefix: Their name without the number and the endings.
            options: Taken, and of no effect.

        Returns:
            The name with the number.
        """
        # Before the files are written, so that a checkpoint holds its own number.
        self.save_counter.assign_add(1)
        path = self.write(f"{os.fspath(file_prefix)}-{int(self.save_counter)}")
        # As in TensorFlow, `save` tells of its own only; a manager tells of all that it keeps.
        note_checkpoints(path, [path])
        return path

    def read(self, save_path: Any, options: Any = None) -> Status:
        """Give variables the values that `write` wrote; those that are made later get them then.

        Args:
            save_path: The name without the endings.
            options: Taken, and of no effect.

        Raises:
            NotFoundError: If there are no such files.
        """
        restoration = _Restoration(Bundle(save_path), self._found)
        for prefix, one in self._holders():
            one._pending.append((restoration, prefix))
        restoration.give(self._found())
        return Status(restoration)

    def restore(self, save_path: Any, options: Any = None) -> Status:
        """As `read`, of what `save` wrote; of `None` nothing happens.

        Args:
            save_path: The name that `save` gave, or `None`.
            options: Taken, and of no effect.
        """
        if save_path is None:
            return Status(None)
        # What `save` counts goes on behind a restored checkpoint, so that no number comes twice.
        _ = self.save_counter
        return self.read(save_path)

    def _found(self) -> Found:
        if self._root is None:
            return found_from(self)
        found = found_from(self._root)
        own = {n: v for n, v in vars(self).items() if n not in ("_root", "_pending")}
        # `_save_counter` is saved as `save_counter`.
        more = found_from({n.lstrip("_"): v for n, v in own.items() if v is not None})
        found.variables.update(more.variables)
        found.aliases.update(more.aliases)
        found.unbuilt.update(more.unbuilt)
        found.uncompiled.update(more.uncompiled)
        return found

    def _holders(self, prefix: str = "") -> list[tuple[str, Checkpoint]]:
        """This and the checkpoints in it, each with its name."""
        found = [(prefix, self)]
        for name, value in vars(self).items():
            if isinstance(value, Checkpoint) and not name.startswith("_"):
                found += value._holders(f"{prefix}/{name}" if prefix else name)
        return found


class ListWrapper(list[Any]):
    """A list of a checkpoint: what is appended gets what was restored before.

    Args:
        values: What is in it.
        owner: The checkpoint.
        name: The attribute that has the list.
    """

    def __init__(self, values: list[Any], owner: Checkpoint, name: str) -> None:
        """Keep the values."""
        super().__init__(values)
        self._owner, self._name = owner, name

    def append(self, value: Any) -> None:
        """Hold one more."""
        super().append(value)
        for restoration, prefix in list(self._owner._pending):
            path = f"{prefix}/{self._name}" if prefix else self._name
            restoration.fill(value, f"{path}/{len(self) - 1}")

    def __repr__(self) -> str:
        """As TensorFlow writes it."""
        return f"ListWrapper({super().__repr__()})"


class _Restoration:
    """Values on their way to variables.

    Args:
        saved: Where the values are.
        found: Gives the variables that there are.
    """

    def __init__(self, saved: Bundle, found: Callable[[], Found]) -> None:
        self.saved, self.found = saved, found
        self.given: set[str] = set()

    def give(self, found: Found) -> None:
        """Set the variables that there are; let others wait for them."""
        for name, variable in found.variables.items():
            key = self.saved.key(name)
            if key is not None:
                _set(variable, self.saved.get_tensor(key))
                self.given.add(key)
        for name, one in found.unbuilt.items():
            self._wait(name, one)
        for name, model in found.uncompiled.items():
            self._wait_for_optimizer(name, model)

    def fill(self, one: Any, name: str) -> None:
        """Set what an object holds."""
        if isinstance(one, Checkpoint):
            one._pending.append((self, name))
        self.give(found_from(one, name))

    def _wait(self, name: str, one: Any) -> None:
        """Set the variables of a layer or an optimizer as soon as it has some."""
        plain = one.build
        done: list[bool] = []

        @wraps(plain)
        def build(*args: Any, **kwargs: Any) -> Any:
            result = plain(*args, **kwargs)
            # A `build` may be called again, and the script may have changed the values since then.
            if not done and one.built:
                done.append(True)
                self.fill(one, name)
            return result

        # Past Keras's own `__setattr__`, which tracks and checks what a layer is given.
        object.__setattr__(one, "build", build)

    def _wait_for_optimizer(self, name: str, model: keras.Model) -> None:
        """Set the variables of a model's optimizers when it is compiled for the first time."""
        plain = model.compile
        done: list[bool] = []

        @wraps(plain)
        def compile(*args: Any, **kwargs: Any) -> None:
            plain(*args, **kwargs)
            if not done:
                done.append(True)
                found = found_from(model, name)
                keys = {one: self.saved.key(one) for one in found.variables}
                # The others have their values already, and the script may have trained them since.
                left = {one for one, key in keys.items() if key not in self.given}
                found.variables = {one: found.variables[one] for one in left}
                self.give(found)

        object.__setattr__(model, "compile", compile)


def _set(variable: Any, values: np.ndarray) -> None:
    """Set a variable; one that Keras makes while it only looks at shapes gets its value later."""
    if variable._value is None:
        variable._initializer = lambda *_, **__: jnp.asarray(values)
    else:
        variable.assign(values)


class Status:
    """What became of a restoration, for assertions.

    Args:
        restoration: The restoration; `None` for none.
    """

    def __init__(self, restoration: _Restoration | None) -> None:
        """Keep it."""
        self._restoration = restoration

    def assert_consumed(self) -> Self:
        """Raise unless every variable got a value, and every value a variable.

        Raises:
            AssertionError: If one did not.
        """
        self.assert_existing_objects_matched()
        restoration = self._restoration
        rest = [] if restoration is None else restoration.saved.entries.keys() - restoration.given
        if rest:
            raise AssertionError(
                f"Some objects had values which were not restored: {', '.join(sorted(rest))}"
            )
        return self

    def assert_existing_objects_matched(self) -> Self:
        """Raise unless every variable that there is got a value.

        Raises:
            AssertionError: If one did not.
        """
        restoration = self._restoration
        if restoration is None:
            raise AssertionError("No checkpoint specified (save_path=None).")
        missing = [
            name for name in restoration.found().variables if not restoration.saved.key(name)
        ]
        if missing:
            raise AssertionError(f"No values in the checkpoint for: {', '.join(missing)}")
        return self

    def assert_nontrivial_match(self) -> Self:
        """Raise unless a variable got a value.

        Raises:
            AssertionError: If none did.
        """
        if self._restoration is None or not self._restoration.given:
            raise AssertionError("Nothing was restored: no name is the same.")
        return self

    def expect_partial(self) -> Self:
        """Say that some values are not needed: nothing warns of them here."""
        return self

    def initialize_or_restore(self, session: Any = None) -> None:
        """What is done already."""

    run_restore_ops = initialize_or_restore


def of_model(model: keras.Model) -> Checkpoint:
    """What Keras 2 wrote for `model.save_weights("name")`: the model with its optimizer."""
    return Checkpoint(model)
