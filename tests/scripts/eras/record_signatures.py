"""Write down the signatures of the Keras that is installed: names in order, with their defaults.

Run it with each release that an era stands for (docs/design/0050 says how they install):

    python record_signatures.py keras2 keras               # Keras 2.2.4 on TensorFlow 1.15
    python record_signatures.py tf2 tensorflow.keras       # TensorFlow 2.15

It needs nothing but Keras, and Python 3.6.
"""

import importlib
import inspect
import json
import sys
from pathlib import Path

ROOMS = ["layers", "optimizers", "losses", "metrics", "initializers", "regularizers", "constraints"]
ROOMS += ["callbacks", "activations"]
METHODS = ["compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch"]
METHODS += ["predict_on_batch", "fit_generator", "evaluate_generator", "predict_generator"]
METHODS += ["save", "save_weights", "load_weights", "predict_classes", "predict_proba", "summary"]


def plain(default):
    """A default in JSON's types: objects as their classes with their config."""
    if default is None or isinstance(default, (bool, int, float, str)):
        return default
    if isinstance(default, (list, tuple)):
        return [plain(one) for one in default]
    return getattr(default, "__name__", type(default).__name__)


def signature(part):
    part = part.__init__ if inspect.isclass(part) else part
    # Keras 2 wraps the functions that took Keras 1's names, and keeps the original beside
    part = getattr(part, "_original_function", part)
    try:
        parameters = inspect.signature(part).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    kept = [one for one in parameters if one.kind not in kinds and one.name != "self"]
    return [
        [one.name] if one.default is one.empty else [one.name, plain(one.default)] for one in kept
    ]


def main():
    era, root = sys.argv[1:]
    keras = importlib.import_module(root)
    found = {}
    for room in ROOMS:
        try:
            module = importlib.import_module(root + "." + room)
        except ImportError:  # Keras 1 called losses objectives
            continue
        for name in sorted(vars(module)):
            part = getattr(module, name)
            home = str(getattr(part, "__module__", ""))
            if name[0] != "_" and callable(part) and ("keras" in home):
                found["keras." + room + "." + name] = signature(part)
    for owner in ("Model", "Sequential"):
        for name in METHODS:
            method = getattr(getattr(keras.models, owner), name, None)
            if method is not None:
                found[f"keras.{owner}.{name}"] = signature(method)
    target = Path(__file__).parent / "signatures"
    target.mkdir(exist_ok=True)
    version = getattr(keras, "__version__", "")
    if root.startswith("tensorflow"):
        version = importlib.import_module("tensorflow").__version__
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(found.items()) if one
    )
    text = f'{{"version": {json.dumps(version)}, "signatures": {{\n{lines}\n}}}}\n'
    (target / (era + ".json")).write_text(text)
    print(len(found), "signatures of", root, version)


if __name__ == "__main__":
    main()
