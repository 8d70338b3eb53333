"""LibCST, which reads source: an extra that some commands cannot do without."""

from __future__ import annotations

import argparse


def expect_libcst(parser: argparse.ArgumentParser) -> None:
    """Say what to install, before anything is run, where LibCST is not there.

    Args:
        parser: The parser of the command.

    Raises:
        SystemExit: If LibCST is missing.
    """
    try:
        import libcst  # noqa: F401
    except ImportError:
        told = 'expected LibCST, which reads the source; install it: pip install "onefit[upgrade]"'
        raise SystemExit(parser.error(told)) from None
