"""Memory for the batches of a stream until their steps have run, used again and again.

XLA reads aligned memory of NumPy's in place, so a batch is copied once: at the moment at which it
is taken from the stream. A block of this memory is written to again only after the program that
reads it has ended.
"""

from __future__ import annotations

import time
from typing import Any

import jax
import numpy as np

BLOCKS = 3  # one is read, one waits to be read, one is filled
BLOCK_BYTES = 8 * 2**20  # of the batches in a block
BLOCK_STEPS = 64  # and their number, at most
FEW = 4  # batches in a block below which a loop over them costs more than the calls it spares
ALIGNED = 64  # bytes at which XLA takes memory as it is


def room_for(shapes: list[jax.ShapeDtypeStruct]) -> int:
    """How many batches of these shapes a block holds.

    >>> row = jax.ShapeDtypeStruct((32, 10), np.float32)
    >>> picture = jax.ShapeDtypeStruct((32, 224, 224, 3), np.float32)
    >>> room_for([row]), room_for([picture])
    (64, 1)
    """
    fitting = BLOCK_BYTES // max(1, sum(_bytes(shape) for shape in shapes))
    return min(BLOCK_STEPS, fitting) if fitting >= FEW else 1


class Slots:
    """A ring of blocks of memory; each is cut into arrays of whatever shapes are needed.

    >>> slots = Slots()
    >>> (array,) = slots.arrays([jax.ShapeDtypeStruct((2, 3), np.float32)], 4)
    >>> array.shape, array.ctypes.data % ALIGNED
    ((4, 2, 3), 0)
    """

    def __init__(self) -> None:
        """No memory is taken yet."""
        self._blocks = [np.empty(0, np.uint8)] * BLOCKS
        self._calls: list[Call | None] = [None] * BLOCKS
        self._at = 0
        self._ended = 0.0

    def arrays(self, shapes: list[jax.ShapeDtypeStruct], room: int) -> list[np.ndarray]:
        """The next block as arrays of `room` batches of these shapes; waits until it is free."""
        self._wait(self._calls[self._at])
        sizes = [-(-room * _bytes(shape) // ALIGNED) * ALIGNED for shape in shapes]
        block = self._blocks[self._at]
        if block.size < sum(sizes):
            block = self._blocks[self._at] = _aligned(sum(sizes))
        found, start = [], 0
        for shape, size in zip(shapes, sizes):
            part = block[start : start + room * _bytes(shape)]
            found.append(part.view(shape.dtype).reshape(room, *shape.shape))
            start += size
        return found

    def sent(self, call: Call) -> None:
        """A program has been called with the block that was filled last."""
        self._calls[self._at] = call
        self._at = (self._at + 1) % BLOCKS

    @property
    def waiting(self) -> int:
        """How many calls have not ended."""
        return sum(call is not None and not call.output.is_ready() for call in self._calls)

    def finish(self) -> None:
        """Wait for the last call; raises what it has raised."""
        self._wait(self._calls[self._at - 1])

    def _wait(self, call: Call | None) -> None:
        if call is None or call.ended:
            return
        busy = not call.output.is_ready()
        call.output.block_until_ready()
        call.ended = True
        if busy:  # else it is not known when it ended
            now = time.perf_counter()
            # It began to run when the call before it had ended, if that was later than when it was
            # called.
            call.program.took(call.steps, now - max(call.began, self._ended))
            self._ended = now


class Call:
    """A call of a program that may still run.

    Args:
        program: The program; it learns how long a step takes.
        steps: How many steps the call has.
        output: An output that no other call takes over.
        began: When it was called.
    """

    def __init__(self, program: Any, steps: int, output: Any, began: float) -> None:
        """It has not ended, as far as one knows."""
        self.program, self.steps, self.output, self.began = program, steps, output, began
        self.ended = False


def _bytes(shape: jax.ShapeDtypeStruct) -> int:
    return int(np.prod(shape.shape, dtype=np.int64)) * shape.dtype.itemsize


def _aligned(size: int) -> np.ndarray:
    raw = np.empty(size + ALIGNED, np.uint8)
    start = -raw.ctypes.data % ALIGNED
    return raw[start : start + size]
