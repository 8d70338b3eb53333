"""Ask TensorFlow for the results of the calls of all topics, or of some.

Run it where TensorFlow is installed, when the calls change:

    KERAS_BACKEND=tensorflow python tests/scripts/calls/record_calls.py random image

The topic `layers` is what Keras gives with JAX beside TensorFlow:

    KERAS_BACKEND=jax python tests/scripts/calls/record_calls.py layers
"""

from __future__ import annotations

import json
import sys

from calls import HERE, calls, outcome, topics


def main(wanted: list[str]) -> None:
    import tensorflow as tf

    is_of_tensorflow = tf.keras.backend.backend() == "tensorflow"
    for topic in wanted or topics():
        if is_of_tensorflow == (topic == "layers"):
            continue
        found = {call: outcome(tf, call, topic) for call in calls(topic)}
        lines = [f"{json.dumps(call)}: {json.dumps(result)}" for call, result in found.items()]
        (HERE / f"{topic}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
        for call, result in found.items():
            if isinstance(result, dict) and "error" in result:
                print(call, result)
        print(f"{topic}: {len(found)} results of TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main(sys.argv[1:])
