"""Keras's own methods, kept from before onefit takes their place."""

from __future__ import annotations

from onefit.training.backend import keras_trainer

JAXTrainer = keras_trainer()

FIT = JAXTrainer.fit
EVALUATE = JAXTrainer.evaluate
PREDICT = JAXTrainer.predict
