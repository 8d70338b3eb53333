"""`onefit upgrade script.py [folder ...]`: old Keras scripts become scripts of Keras 3."""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
from collections.abc import Iterator

from onefit.cli.libcst import expect_libcst

ERAS = ("keras1", "keras2", "tf2")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    told = "scripts, notebooks, and folders with some"
    parser.add_argument("paths", nargs="+", metavar="PATH", help=told)
    told = "write the files; each is kept as FILE.orig unless git has it"
    parser.add_argument("--write", action="store_true", help=told)
    told = "print nothing but what is to do; exit code 1 if there is something"
    parser.add_argument("--check", action="store_true", help=told)
    told = (
        "run each script before and after, and compare to the bit; exit code 4 if they differ, "
        "5 if that could not be proved"
    )
    parser.add_argument("--prove", action="store_true", help=told)
    told = "with --prove: at most N epochs of each fit; default: as many as the script says"
    parser.add_argument("--epochs", type=int, default=0, metavar="N", help=told)
    told = "with --prove: at most N steps of each epoch and evaluation; default: all"
    parser.add_argument("--steps", type=int, default=0, metavar="N", help=told)
    told = "with --prove: stop a script after so many seconds; default: 600"
    parser.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS", help=told)
    told = "apply these rules only, OF203,OF205 for example"
    parser.add_argument("--select", type=_codes, default=None, metavar="CODES", help=told)
    told = "do not apply these rules"
    parser.add_argument("--ignore", type=_codes, default=frozenset(), metavar="CODES", help=told)
    told = "apply rules that may change what the script computes, too"
    parser.add_argument("--unsafe", action="store_true", help=told)
    told = (
        "write cross-entropies of logits, as tf.keras 2 had them; with --prove: where they matter"
    )
    parser.add_argument("--logits", action="store_true", help=told)
    told = "the Keras for which the scripts were written; default: what each shows"
    parser.add_argument("--era", choices=ERAS, default=None, help=told)
    parser.add_argument("--json", action="store_true", help="tell everything as JSON")
    parser.set_defaults(command=command, parser=parser)


def command(given: argparse.Namespace) -> int:
    """Upgrade, print what changes, and tell what is left."""
    from onefit.backend import jax_chosen

    expect_libcst(given.parser)
    # Keras reads the name of its backend when it is imported, which the session does.
    with _ended_at_once(), jax_chosen():
        from onefit.scripts.upgrade.session import Session

        try:
            return Session.of(given).run(given.paths)
        except FileNotFoundError as error:
            raise SystemExit(given.parser.error(str(error))) from None


@contextlib.contextmanager
def _ended_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process as a kill does, except while a proof runs a script.

    Python's own handler raises an exception, which is dropped in a callback of the garbage
    collector: then the files would be written after all.
    """
    is_handled = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_handled or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _codes(word: str) -> frozenset[str]:
    """Codes of rules, divided by commas.

    >>> sorted(_codes("of203, OF205"))
    ['OF203', 'OF205']
    """
    from onefit.findings import CODES

    codes = frozenset(one.strip() for one in word.upper().split(","))
    for code in codes:
        if code not in CODES or not code.startswith("OF2"):
            known = ", ".join(one for one in CODES if one.startswith("OF2"))
            raise argparse.ArgumentTypeError(f"expected some of {known}; received {code!r}")
    return codes
