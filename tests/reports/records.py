"""Records of runs and views, as a run would leave them."""

import base64
import math

from onefit.reports.views import (
    Calibration,
    Confusion,
    Filters,
    Mistake,
    Mistakes,
    Picture,
    Plane,
    Scatter,
    Views,
)
from onefit.runs.networks import Band, Configuration, Networks, Score, Simple
from onefit.runs.record import Constant, Event, Examined, Fit, Layer, Run, Told, Tried


def fit(epochs=50, **changed):
    history = {
        "loss": [math.exp(-at / 9) for at in range(epochs)],
        "accuracy": [1 - math.exp(-at / 9) / 2 for at in range(epochs)],
        "val_loss": [math.exp(-at / 9) + at / 500 for at in range(epochs)],
    }
    fields = {
        "file": "/home/me/xor.py", "line": 9, "layers": layers(), "weights": 17, "rows": 4,
        "asked": epochs, "history": history, "seconds": 0.005, "way": "one program",
        "constants": {"accuracy": Constant(0.5, '"0"')},
        "compiled": {"loss": "mse", "optimizer": "Adam", "learning_rate": 0.01},
    }  # fmt: skip
    return Fit(**{**fields, **changed})


def layers():
    return [
        Layer("in", "InputLayer", [2]),
        Layer("hidden", "Dense", [4], 12, "relu", ["in"]),
        Layer("out", "Dense", [1], 5, "sigmoid", ["hidden"]),
    ]


def run(*fits, **changed):
    fields = {"number": 7, "script": "/home/me/xor.py", "started": 1.7e9, "ended": "finished"}
    return Run(**{**fields, "fits": list(fits) or [fit()], **changed})


def examined(name='activation="gelu"'):
    """What the doctor leaves: the training as it is written, and two changes."""
    return Examined(
        findings=[Told("OF517", "", "65 of 128 starts do well", grade="verified", fix=name)],
        reasons=["3 of the 4 relu units answer 0 to every row"], measure="starts that do well",
        starts=128,
        tried=[Tried("", 0.0, 0.5, 1.0, "51%"), Tried(name, 0.75, 1.0, 1.0, "95%", "chosen"),
               Tried("Adam(0.0001)", -0.5, 0.0, 0.5, "9%", "worse")],
        remarks=["a quarter of the rows was held back to judge on"],
    )  # fmt: skip


def networks(name="rate", chosen=1, **changed):
    """Six networks: two configurations with three folds, and a simple model."""
    found = [_configuration(1, {name: 0.1}, 0.2), _configuration(0, {name: 0.001}, 0.6)]
    fields = {
        "file": "/home/me/sweep.py", "line": 9, "model": name, "rows": 60, "asked": 6, "trained": 6,
        "weights": [17, 33], "kinds": {"configuration": 2, "fold": 3}, "epochs": [4, 50],
        "seconds": 1.5, "notes": ["1 of 6 diverged"], "metric": "val_loss",
        "metrics": ["val_loss", "val_accuracy"], "over": "mean over 3 folds", "configured": 2,
        "configurations": found, "simple": [Simple("a line", {"val_loss": Score(0.5, 0.1)})],
        "chosen": chosen, "choice": [f"{name}=0.1, the best of 2", "  expect about 0.21"],
        "table": {"member": [0, 1], name: [0.1, 0.001], "diverged": [False, True]},
        "plan": "one program",
    }  # fmt: skip
    return Networks(**{**fields, **changed})


def _configuration(number, values, loss):
    curve = [loss + math.exp(-at / 9) for at in range(50)]
    band = Band(
        list(range(1, 51)), [v - 0.05 for v in curve], curve, [v + 0.05 for v in curve], curve, 3
    )
    scores = {
        "val_loss": Score(loss, 0.05, [loss - 0.1, loss, loss + 0.1]),
        "val_accuracy": Score(1 - loss, 0.01, [1 - loss] * 3),
    }
    return Configuration(number, values, 3, 0, True, scores, {"val_loss": band})


def picture(side=8, label=""):
    pixels = bytes(at % 256 for at in range(side * side))
    return Picture(side, side, base64.b64encode(pixels).decode(), label=label)


def plane(**changed):
    frames = [base64.b64encode(bytes([at] * 16)).decode() for at in (0, 120, 255)]
    weights = [[[0.1 * at] * 12, [0.2] * 5] for at in range(3)]
    fields = {
        "kind": "probability", "names": ["a", "b"], "x": [0.0, 1.0], "y": [0.0, 1.0], "size": 4,
        "low": 0.0, "high": 1.0, "epochs": [0, 25, 50], "frames": frames,
        "points": [[0.0, 0.0, 0], [1.0, 1.0, 1]], "labels": ["no", "yes"], "sizes": [2, 4, 1],
        "weights": weights, "same": True,
    }  # fmt: skip
    return Plane(**{**fields, **changed})


def views(**changed):
    fields = {
        "judged_on": "validation", "rows": 40, "task": "binary",
        "confusion": Confusion(["no", "yes"], [[18, 2], [1, 19]]),
        "calibration": Calibration("its answer", [0.6, 0.9], [0.5, 0.95], [10, 30], 0.06),
        "mistakes": Mistakes(3, ["a", "b"], [Mistake(5, "no", "yes", 0.97, ["0.1", "0.2"])]),
        "scatter": Scatter("y", [1.0, 2.0], [1.1, 1.9], 2, 0.1, 0.96), "plane": plane(),
        "filters": Filters("hidden", [picture()], 4),
    }  # fmt: skip
    return Views(**{**fields, **changed})


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x00\u202e]]>"


def worded(word):
    """A run in which every word was chosen by somebody."""
    bad = fit(
        file=word, model=word, way=word, plan=word, error=word,
        layers=[Layer(word, word, [2], 3, word, []), Layer("b", word, [2], 3, word, [word])],
        history={word: [1.0, 0.5], f"val_{word}": [1.0, 0.5], "accuracy": [0.5, 0.6]},
        constants={"accuracy": Constant(0.5, word)}, arguments={word: word}, asked=2,
        compiled={word: [word]}, events=[Event(1, word, word)], findings=[Told(word, word, word)],
        examined=examined(word),
    )  # fmt: skip
    seen = views(
        confusion=Confusion([word, word], [[1, 2], [3, 4]]),
        calibration=Calibration(word, [0.5], [0.5], [9], 0.0),
        mistakes=Mistakes(1, [word], [Mistake(1, word, word, 1.0, [word])]),
        plane=plane(names=[word, word], labels=[word, word], remark=word),
        filters=Filters(word, [picture(label=word)], 1),
        remarks=[word],
    )
    whole = run(
        bad, fit(), script=word, command=[word], folder=word, commit=word, error=word,
        ended="failed", versions={word: word}, machine={word: word}, verdict=[word],
        findings=[Told(word)], remarks=[word],
    )  # fmt: skip
    return whole, {0: seen}
