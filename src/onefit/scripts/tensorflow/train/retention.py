"""Which checkpoints a folder has: the file `checkpoint`, the newest, and how many are kept."""

from __future__ import annotations

import glob
import os
import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from onefit.scripts.tensorflow.train.bundle import INDEX, Bundle, replaced

STATE = "checkpoint"


def note_checkpoints(newest: str, every: list[str], name: str | None = None) -> None:
    """Write the file that says which checkpoints there are, as TensorFlow writes it.

    Args:
        newest: The newest.
        every: All, the newest last.
        name: The file's name. Defaults to `"checkpoint"`.
    """
    folder = os.path.dirname(newest)
    # Relative to the folder, which may be moved as a whole.
    told = [f'model_checkpoint_path: "{os.path.relpath(newest, folder or ".")}"']
    told += [
        f'all_model_checkpoint_paths: "{os.path.relpath(one, folder or ".")}"' for one in every
    ]
    with (
        replaced(os.path.join(folder, name or STATE)) as draft,
        open(draft, "w", encoding="utf-8") as file,
    ):
        file.write("\n".join(told) + "\n")


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """The newest checkpoint of a folder and all that it tells of, or `None`."""
    folder = os.fspath(checkpoint_dir)
    try:
        with open(os.path.join(folder, latest_filename or STATE), encoding="utf-8") as file:
            lines = re.findall(r'(\w+): "(.*)"', file.read())
    except OSError:
        return None
    # `join` leaves an absolute path, which the file may have as well, as it is.
    paths = [(key, os.path.join(folder, value)) for key, value in lines]
    newest = [value for key, value in paths if key == "model_checkpoint_path"]
    every = [value for key, value in paths if key == "all_model_checkpoint_paths"]
    if not newest:
        return None
    return SimpleNamespace(model_checkpoint_path=newest[0], all_model_checkpoint_paths=every)


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The newest checkpoint of a folder, or `None`."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    path = state.model_checkpoint_path
    # The file `checkpoint` may still tell of one that was deleted.
    return path if os.path.exists(f"{path}{INDEX}") or os.path.exists(path) else None


def load_checkpoint(ckpt_dir_or_file: Any) -> Bundle:
    """A checkpoint to look into: the newest of a folder, or one by its name."""
    path = os.fspath(ckpt_dir_or_file)
    return Bundle((latest_checkpoint(path) or path) if os.path.isdir(path) else path)


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The names of a checkpoint with their shapes."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The numbers of a name of a checkpoint."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name)


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """Each new checkpoint of a folder, as long as there come some within `timeout` seconds."""
    last, begun = None, time.monotonic()
    while True:
        path = latest_checkpoint(checkpoint_dir)
        if path is not None and path != last:
            last, begun = path, time.monotonic()
            yield path
        elif timeout is not None and time.monotonic() - begun > timeout:
            if timeout_fn is None or timeout_fn():
                return
            begun = time.monotonic()
        time.sleep(min(max(min_interval_secs, 0.05), 1))


class CheckpointManager:
    """Saves into a folder, and deletes all but the newest.

    Args:
        checkpoint: A `tf.train.Checkpoint`.
        directory: The folder; it is made.
        max_to_keep: How many are kept; `None` for all.
        keep_checkpoint_every_n_hours: Those older than that are kept, too. Defaults to `None`.
        checkpoint_name: What their names begin with. Defaults to `"ckpt"`.
        step_counter: A variable that counts steps, for `checkpoint_interval`. Defaults to `None`.
        checkpoint_interval: The steps between two. Defaults to `None`.
        init_fn: Called where there is nothing to restore. Defaults to `None`.
        last_checkpoint_step: The step of the last one. Defaults to `None`.
    """

    def __init__(
        self,
        checkpoint: Any,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        """Look what the folder has."""
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None")
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}."
            )
        self.checkpoint, self.directory = checkpoint, os.fspath(directory)
        self._most, self._hours = max_to_keep, keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self.directory, checkpoint_name)
        self._counter, self.checkpoint_interval = step_counter, checkpoint_interval
        self._init, self._last_step = init_fn, last_checkpoint_step
        state = get_checkpoint_state(self.directory)
        every = [] if state is None else state.all_model_checkpoint_paths
        # The file tells no times: what is there counts as of now.
        self._times = {one: time.time() for one in every if os.path.exists(f"{one}{INDEX}")}
        self._kept_at = time.time()

    @property
    def latest_checkpoint(self) -> str | None:
        """The newest, or `None`."""
        return self.checkpoints[-1] if self._times else None

    @property
    def checkpoints(self) -> list[str]:
        """Those that are kept, the newest last."""
        return list(self._times)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None
    ) -> str | None:
        """Save, and delete what is too much.

        Args:
            checkpoint_number: The number in the name. Defaults to how often was saved.
            check_interval: Whether `checkpoint_interval` has to be over. Defaults to `True`.
            options: Taken, and of no effect.

        Returns:
            The checkpoint's name, or `None` where it is too early.
        """
        if self.checkpoint_interval is not None and check_interval:
            step = int(self._counter)
            last = self._last_step
            if last is not None and step < last + self.checkpoint_interval:
                return None
            self._last_step = step
        counter = self.checkpoint.save_counter
        counter.assign_add(1)
        number = int(counter if checkpoint_number is None else checkpoint_number)
        path = self.checkpoint.write(f"{self._prefix}-{number}")
        # A number that comes again is the newest one, and the order is that of the dict.
        self._times.pop(path, None)
        self._times[path] = time.time()
        self._delete()
        note_checkpoints(path, self.checkpoints)
        return path

    def restore_or_initialize(self) -> str | None:
        """Restore the newest; call `init_fn` where there is none. Gives its name, or `None`."""
        if self.latest_checkpoint is not None:
            self.checkpoint.restore(self.latest_checkpoint)
        elif self._init is not None:
            self._init()
        return self.latest_checkpoint

    def _delete(self) -> None:
        while self._most is not None and len(self._times) > self._most:
            path, saved = next(iter(self._times.items()))
            del self._times[path]
            if self._hours is not None and saved - self._kept_at >= self._hours * 3600:
                self._kept_at = saved
                continue
            for file in glob.glob(f"{glob.escape(path)}.*"):
                os.remove(file)
