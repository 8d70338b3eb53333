"""Layers of Keras 1 and 2 that Keras 3 has no more. Sources: `keras/legacy/layers.py`, 2.2.4."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from onefit.scripts.eras.refusal import refused


def _read(given: dict[str, Any]) -> dict[str, Any]:
    """A regularizer and a constraint by their names or configurations."""
    return {kind: getattr(keras, f"{kind}s").get(one) for kind, one in given.items()}


def _written(name: str, read: dict[str, Any]) -> dict[str, Any]:
    """What `_read` read, for a configuration."""
    return {
        f"{name}_{kind}": one and getattr(keras, f"{kind}s").serialize(one)
        for kind, one in read.items()
    }


def TimeDistributedDense(
    output_dim: int,
    init: Any = "glorot_uniform",
    activation: Any = None,
    weights: Any = None,
    W_regularizer: Any = None,
    b_regularizer: Any = None,
    activity_regularizer: Any = None,
    W_constraint: Any = None,
    b_constraint: Any = None,
    bias: bool = True,
    input_dim: int | None = None,
    input_length: int | None = None,
    **settings: Any,
) -> Any:
    """A `Dense` at every step."""
    if input_dim is not None:
        settings["input_shape"] = (input_length, input_dim)
    dense = keras.layers.Dense(
        output_dim,
        activation=activation,
        use_bias=bias,
        kernel_initializer=init,
        kernel_regularizer=W_regularizer,
        bias_regularizer=b_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=W_constraint,
        bias_constraint=b_constraint,
        **({} if weights is None else {"weights": weights}),
    )
    return keras.layers.TimeDistributed(dense, **settings)


@keras.saving.register_keras_serializable("onefit")
class MaxoutDense(keras.layers.Layer):
    """The largest of several linear maps of the inputs.

    Args:
        output_dim: Number of outputs.
        nb_feature: Number of linear maps. Defaults to `4`.
        init: Initializer of the weights. Defaults to `"glorot_uniform"`.
        weights: Arrays to begin with. Defaults to drawn ones.
        W_regularizer: Of the weights. Defaults to none.
        b_regularizer: Of the biases. Defaults to none.
        activity_regularizer: Of the outputs. Defaults to none.
        W_constraint: Of the weights. Defaults to none.
        b_constraint: Of the biases. Defaults to none.
        bias: Whether each map has a bias. Defaults to `True`.
        input_dim: Number of inputs, of a first layer. Defaults to what the inputs have.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        output_dim: int,
        nb_feature: int = 4,
        init: str = "glorot_uniform",
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **settings: Any,
    ) -> None:
        """Keep the sizes."""
        first = {"weights": weights, "input_dim": input_dim}
        settings |= {name: one for name, one in first.items() if one is not None}
        super().__init__(activity_regularizer=activity_regularizer, **settings)
        self.of_weights = _read({"regularizer": W_regularizer, "constraint": W_constraint})
        self.of_biases = _read({"regularizer": b_regularizer, "constraint": b_constraint})
        self.output_dim, self.nb_feature, self.init, self.bias = output_dim, nb_feature, init, bias

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        shape = (self.nb_feature, input_shape[-1], self.output_dim)
        self.kernel = self.add_weight(
            shape=shape, initializer=self.init, name="W", **self.of_weights
        )
        if self.bias:
            self.offset = self.add_weight(
                shape=(self.nb_feature, self.output_dim),
                initializer="zeros",
                name="b",
                **self.of_biases,
            )

    def call(self, x: Any) -> Any:
        """The largest map."""
        found = ops.einsum("bi,kio->bko", x, self.kernel)
        return ops.max(found + self.offset if self.bias else found, axis=1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """A row of outputs for each row of inputs."""
        return (input_shape[0], self.output_dim)

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {
            **super().get_config(),
            "output_dim": self.output_dim,
            "nb_feature": self.nb_feature,
            "init": keras.initializers.serialize(keras.initializers.get(self.init)),
            "bias": self.bias,
            **_written("W", self.of_weights),
            **_written("b", self.of_biases),
        }


@keras.saving.register_keras_serializable("onefit")
class Highway(keras.layers.Layer):
    """A layer that lets a share of its inputs through (Srivastava et al. 2015).

    Args:
        init: Initializer of the weights. Defaults to `"glorot_uniform"`.
        activation: Of the transformed share. Defaults to none.
        weights: Arrays to begin with. Defaults to drawn ones.
        W_regularizer: Of the weights. Defaults to none.
        b_regularizer: Of the biases. Defaults to none.
        activity_regularizer: Of the outputs. Defaults to none.
        W_constraint: Of the weights. Defaults to none.
        b_constraint: Of the biases. Defaults to none.
        bias: Whether there are biases. Defaults to `True`.
        input_dim: Number of inputs, of a first layer. Defaults to what the inputs have.
        **settings: As of `Layer`.
    """

    def __init__(
        self,
        init: str = "glorot_uniform",
        activation: Any = None,
        weights: Any = None,
        W_regularizer: Any = None,
        b_regularizer: Any = None,
        activity_regularizer: Any = None,
        W_constraint: Any = None,
        b_constraint: Any = None,
        bias: bool = True,
        input_dim: int | None = None,
        **settings: Any,
    ) -> None:
        """Keep the choices."""
        # Keras 1.0 and 1.1 had this argument, and a script that gives it was written for those;
        # Keras 1.2 has 1 whatever is given.
        bias_of_share = settings.pop("transform_bias", 1.0)
        first = {"weights": weights, "input_dim": input_dim}
        settings |= {name: one for name, one in first.items() if one is not None}
        super().__init__(activity_regularizer=activity_regularizer, **settings)
        self.transform_bias = bias_of_share
        self.of_weights = _read({"regularizer": W_regularizer, "constraint": W_constraint})
        self.of_biases = _read({"regularizer": b_regularizer, "constraint": b_constraint})
        self.init, self.bias = init, bias
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        size = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(size, size), initializer=self.init, name="W", **self.of_weights
        )
        self.carry = self.add_weight(shape=(size, size), initializer=self.init, name="W_carry")
        if self.bias:
            self.offset = self.add_weight(
                shape=(size,), initializer="zeros", name="b", **self.of_biases
            )
            first = keras.initializers.Constant(self.transform_bias)
            self.shift = self.add_weight(shape=(size,), initializer=first, name="b_carry")

    def call(self, x: Any) -> Any:
        """A mixture of the inputs and their transform."""
        share, made = ops.matmul(x, self.carry), ops.matmul(x, self.kernel)
        if self.bias:
            share, made = share + self.shift, made + self.offset
        share = ops.sigmoid(share)
        return self.activation(made) * share + (1 - share) * x

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {
            **super().get_config(),
            "init": keras.initializers.serialize(keras.initializers.get(self.init)),
            "activation": keras.activations.serialize(self.activation),
            "transform_bias": self.transform_bias,
            "bias": self.bias,
            **_written("W", self.of_weights),
            **_written("b", self.of_biases),
        }


class AbstractRNNCell(keras.layers.Layer):
    """The base of cells: `call`, `state_size` and `output_size` are the subclass's."""

    def get_initial_state(
        self, batch_size: Any = None, inputs: Any = None, dtype: Any = None
    ) -> Any:
        """Zeros."""
        sizes = self.state_size if isinstance(self.state_size, list | tuple) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=dtype) for size in sizes]


class Graph:
    """Keras 0.3's graph of named nodes."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Refuse: Keras 1 itself had taken it away."""
        raise refused(
            NotImplementedError,
            "OF204",
            "a Sequential or a functional Model",
            "keras.models.Graph, which Keras 1.0 took away",
            "Write keras.Model(inputs, outputs).",
        )


def weight_regularizer(l1: float = 0.0, l2: float = 0.0) -> Any:
    """Keras 1's `WeightRegularizer`."""
    return keras.regularizers.L1L2(l1=l1, l2=l2)


def get_source_inputs(tensor: Any, *_: Any) -> list[Any]:
    """The inputs of the graph that a tensor comes from."""
    from onefit.scripts.eras.stand_ins.graph import sources

    return list(sources(tensor, tensor)) or [tensor]


def time_distributed_dense(
    x: Any, w: Any, b: Any = None, dropout: Any = None, *_: Any, **__: Any
) -> Any:
    """Keras 1's product of every step with a matrix; without dropout."""
    found = ops.matmul(x, w)
    return found if b is None else found + b
