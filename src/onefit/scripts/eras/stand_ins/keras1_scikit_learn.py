"""`keras.wrappers.scikit_learn` of Keras 1: the same names, for the classes of then."""

from onefit.scripts.eras.stand_ins import scikit_learn

BaseWrapper = scikit_learn.BaseWrapper
KerasClassifier = scikit_learn.Keras1Classifier
KerasRegressor = scikit_learn.Keras1Regressor
