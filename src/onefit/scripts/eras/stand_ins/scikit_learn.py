"""`keras.wrappers.scikit_learn`: models as scikit-learn's classifiers and regressors.

Keras 3's own wrappers take a compiled model and no arguments of `fit`; SciKeras is not always
installed. These are the two classes of Keras 2, with its names and defaults, and those of Keras 1,
which kept no classes and gave the loss itself as a score. Source: `keras/wrappers/scikit_learn.py`
of Keras 1.2.2 and 2.2.4.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import keras
import numpy as np

# this file is read where a script asks for it
sklearn_base: Any = importlib.import_module("sklearn.base")


def _renamed(given: Any) -> Any:
    """Arguments of `fit` with the number of epochs under its name of today."""
    return {"epochs" if name == "nb_epoch" else name: value for name, value in given.items()}


class BaseWrapper(sklearn_base.BaseEstimator):
    """A model that a function builds, with arguments of the function and of `fit`.

    Args:
        build_fn: Makes and compiles the model. Defaults to the class's own `__call__`.
        **sk_params: Arguments of `build_fn`, `fit`, `predict`, `evaluate`.
    """

    _epochs = 1

    def __init__(self, build_fn: Any = None, **sk_params: Any) -> None:
        """Keep the arguments."""
        self.build_fn, self.sk_params = build_fn, sk_params

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments, for scikit-learn."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> BaseWrapper:
        """Change arguments, for scikit-learn."""
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Any, override: Any = None) -> dict[str, Any]:
        """Those of the arguments that a function takes."""
        return {**self._own_arguments(fn), **(override or {})}

    def check_params(self, params: Any) -> None:
        """Nothing: arguments that nobody takes are left out."""

    def _builder(self) -> Any:
        return self.build_fn if self.build_fn is not None else self.__call__

    def _arguments(self, function: Any, **more: Any) -> dict[str, Any]:
        """Those of the arguments that a function takes."""
        taken = inspect.signature(function).parameters
        found = _renamed({"epochs": self._epochs, **self.sk_params})
        return {name: value for name, value in found.items() if name in taken} | _renamed(more)

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Build a model and train it; returns its History."""
        builder = self._builder()
        self.model = builder(**self._own_arguments(builder))
        loss = getattr(self.model, "loss", None)
        if loss in ("categorical_crossentropy", keras.losses.categorical_crossentropy):
            y = keras.utils.to_categorical(y) if np.ndim(y) != 2 else y
        given = self._arguments(keras.Model.fit, **kwargs)
        return self.model.fit(np.asarray(x), np.asarray(y), **given)

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a trained model; `Pipeline` asks."""
        return hasattr(self, "model")

    def _own_arguments(self, builder: Any) -> dict[str, Any]:
        taken = inspect.signature(builder).parameters
        return {name: value for name, value in self.sk_params.items() if name in taken}

    def _predict(self, x: Any, **kwargs: Any) -> Any:
        given = {"verbose": 0} | self._arguments(keras.Model.predict) | kwargs
        return self.model.predict(np.asarray(x), **given)

    def _loss(self, x: Any, y: Any, **kwargs: Any) -> float:
        given = {"verbose": 0} | self._arguments(keras.Model.evaluate) | kwargs
        loss = self.model.evaluate(np.asarray(x), np.asarray(y), **given)
        return float(loss[0] if isinstance(loss, list) else loss)


class _Classifier(BaseWrapper):
    """What classifiers of both eras do.

    scikit-learn knew them for no classifiers: `cv=3` are plain folds, without an equal share of
    each class. The copies that it fits are classifiers: its scorers of today ask that before
    `predict_proba`.
    """

    _is_copy = False

    def __sklearn_clone__(self) -> Any:
        """A copy, which scikit-learn makes for each fold."""
        copied = super().__sklearn_clone__()
        copied._is_copy = True
        return copied

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn is told: the kind, which a script may set as `_estimator_type`."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = vars(self).get("_estimator_type")
        if tags.estimator_type == "classifier":
            tags.classifier_tags = sklearn_base.ClassifierTags()
        return tags

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Train on classes, or on one column for each class."""
        y = np.array(y)
        has_columns = y.ndim == 2 and y.shape[1] > 1
        self.classes_ = np.arange(y.shape[1]) if has_columns else np.unique(y)
        self.n_classes_ = len(self.classes_)
        if self._is_copy:
            self._estimator_type = "classifier"
        return super().fit(x, y if has_columns else self._numbers(y), **kwargs)

    def _numbers(self, y: Any) -> Any:
        return y

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The number of each row's class."""
        found = self._predict(x, **kwargs)
        if found.shape[-1] > 1:
            return found.argmax(axis=-1)
        return np.asarray(found > 0.5, "int32")

    def predict_proba(self, x: Any, **kwargs: Any) -> Any:
        """The probability of each class."""
        found = self._predict(x, **kwargs)
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy."""
        y = np.asarray(y)
        truth = y.argmax(axis=-1) if y.ndim == 2 and y.shape[1] > 1 else y.ravel()
        return float(np.mean(np.ravel(self.predict(x)) == truth))


class KerasClassifier(_Classifier):
    """A classifier: the classes of `predict`, the accuracy of `score`."""

    def _numbers(self, y: Any) -> Any:
        return np.searchsorted(self.classes_, y)

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The class of each row."""
        return self.classes_[super().predict(x, **kwargs)]


class Keras1Classifier(_Classifier):
    """Keras 1's classifier: labels as they are, and of `predict` the numbers of outputs."""

    _epochs = 10


class Keras1Regressor(sklearn_base.RegressorMixin, BaseWrapper):
    """Keras 1's regressor: `score` is the loss."""

    _epochs = 10

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """A number for each row."""
        return np.squeeze(self._predict(x, **kwargs), axis=-1)

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The loss: greater is worse."""
        return self._loss(x, y, **kwargs)


class KerasRegressor(sklearn_base.RegressorMixin, BaseWrapper):
    """A regressor: `score` is minus the loss, as Keras 2 had it."""

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """A number for each row."""
        return np.squeeze(self._predict(x, **kwargs), axis=-1)

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss: greater is better."""
        return -self._loss(x, y, **kwargs)
