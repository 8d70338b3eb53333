"""What was found in a script: names, calls and texts that speak for an era, and what they need."""

from __future__ import annotations

import ast


class Signs:
    """What was found so far, in one script or several files of it."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        # What speaks for an era, with its line; "old" is any before Keras 3.
        self.clues: dict[str, list[str]] = {"keras1": [], "keras2": [], "old": [], "keras3": []}
        self.later: list[str] = []  # what Keras 1 did not know yet
        # Which packages the texts import, and of which one the layers and models are.
        self.plain = self.of_tensorflow = False
        self.made_of: dict[str, set[str]] = {"keras": set(), "tensorflow": set()}
        self.is_late = self.is_of_tensorflow_1 = False
        # What the script's own names stand for.
        self.homes: dict[str, str] = {}  # the full name of what is imported under a name
        self.backends: set[str] = set()  # names of `keras.backend`
        self.bases: dict[str, str] = {}  # from what the script's classes are derived
        self.own: dict[str, set[str]] = {}  # the arguments of its functions and classes
        self.lists: set[str] = set()  # names of lists of numbers,
        self.lengths: set[str] = set()  # of single numbers,
        self.ends: dict[str, str] = {}  # of texts, with their ends,
        self.sequentials: set[str] = set()  # of models
        self.functionals: set[str] = set()
        self.optimizers: set[str] = set()  # and of optimizers
        # Texts that name metrics: what `compile` is given, keys of a History, and all others.
        self.asked: set[str] = set()
        self.keys: dict[str, ast.AST] = {}
        self.words: set[str] = set()
        # What is a sign only beside something else, which may stand further down.
        self.called: set[str] = set()
        self.has_first_shape = self.has_input = self.has_lambda = False
        self.ends_of_sequentials: list[ast.Attribute] = []
        self.of_optimizers: list[ast.Attribute] = []
        self.added_losses: list[ast.Attribute] = []
        self.loads: list[ast.AST] = []
        self.phased: list[ast.Call] = []
        self.frozen: dict[str, ast.AST] = {}  # what `X.trainable = False` names,
        self.thawed: dict[str, ast.AST] = {}  # and any other `X.trainable =`
        self.untold: list[ast.FunctionDef] = []

    def note(self, era: str, node: ast.AST, what: str) -> None:
        """Write down what speaks for an era, with its line."""
        told = f"line {getattr(node, 'lineno', 0)}: {what}"
        if told not in self.clues[era]:
            self.clues[era].append(told)
