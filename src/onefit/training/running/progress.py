"""Keras's progress bar, fed by whole epochs instead of steps.

The bar is Keras's own `ProgbarLogger`; only when it is called is decided here. Epochs that ran in
one call of the program are shown one after the other, each with its share of the time.
"""

from __future__ import annotations

import time
from typing import Any


class Progress:
    """Shows epochs through a `ProgbarLogger`, or nothing if there is none.

    Args:
        logger: Keras's logger, or `None` where `verbose=0`.
    """

    def __init__(self, logger: Any) -> None:
        """No epoch is open yet."""
        self.logger = logger
        self.shown: int | None = None
        self.began = 0.0

    def begin(self, epoch: int) -> None:
        """Open an epoch: print its number."""
        self.shown, self.began = epoch, time.time()
        if self.logger is not None:
            self.logger.on_epoch_begin(epoch)

    def update(self, steps: int, logs: dict[str, Any]) -> None:
        """Move the bar of the open epoch."""
        # With `verbose=2` Keras prints a line at the epoch's end, and nothing within it.
        if self.logger is not None and self.logger.verbose == 1 and steps:
            self.logger.on_train_batch_end(steps - 1, logs)

    def end(self, epoch: int, logs: dict[str, Any], seconds: float) -> None:
        """Close the open epoch, which took so many seconds at least."""
        if self.logger is not None:
            # it may have run before it was shown: then the bar's clock starts that much earlier
            self.logger.progbar._start = min(self.began, time.time() - seconds)
            self.logger.on_epoch_end(epoch, logs)
