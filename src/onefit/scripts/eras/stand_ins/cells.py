"""Cells of recurrent layers that Keras 3 has no more."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("onefit")
def gate(x: Any) -> Any:
    """`clip(0.2 * x + 0.5, 0, 1)`, the `hard_sigmoid` of Keras 1 and 2."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


class PeepholeLSTMCell(keras.layers.LSTMCell):
    """An LSTM cell whose gates see its inner state: `tf.keras.experimental.PeepholeLSTMCell`.

    Args:
        units: Number of outputs.
        recurrent_activation: Of the gates. Defaults to the `hard_sigmoid` of its time.
        **settings: As of `LSTMCell`.

    Source: `tensorflow/python/keras/layers/recurrent.py` of 2.3; H. Sak et al., 2014.

    >>> layer = keras.layers.RNN(PeepholeLSTMCell(3))
    >>> tuple(layer(ops.zeros((2, 5, 4))).shape), len(layer.weights)
    ((2, 3), 6)
    """

    def __init__(self, units: int, recurrent_activation: Any = gate, **settings: Any) -> None:
        """Keep the sizes."""
        super().__init__(units, recurrent_activation=recurrent_activation, **settings)

    def build(self, input_shape: Any) -> None:
        """Make the weights of the gates, too."""
        super().build(input_shape)
        self.peepholes = [
            self.add_weight(
                shape=(self.units,),
                name=f"{gate}_gate_peephole_weights",
                initializer=self.kernel_initializer,
            )
            for gate in ("input", "forget", "output")
        ]

    def _compute_carry_and_output(self, x: Any, h_tm1: Any, c_tm1: Any) -> tuple[Any, Any]:
        kernels = ops.split(ops.convert_to_tensor(self.recurrent_kernel), 4, axis=1)
        z = [one + ops.matmul(h, kernel) for one, h, kernel in zip(x, h_tm1, kernels)]
        return self._compute_carry_and_output_fused(z, c_tm1)

    def _compute_carry_and_output_fused(self, z: Any, c_tm1: Any) -> tuple[Any, Any]:
        of_input, of_forget, of_output = self.peepholes
        i = self.recurrent_activation(z[0] + of_input * c_tm1)
        f = self.recurrent_activation(z[1] + of_forget * c_tm1)
        c = f * c_tm1 + i * self.activation(z[2])
        o = self.recurrent_activation(z[3] + of_output * c)
        return c, o
