"""Write the codes of functions as Keras put them into files, by the Python that runs this.

    for one in python2.7 python3.6 ...; do $one record_lambda_codes.py; done

The lines are put together in `lambda_codes.json`, by version.
"""

import codecs
import marshal

FUNCTIONS = [
    lambda x: x * 2,
    lambda x: x[:, 0] + abs(x).mean(axis=1),
    lambda x: [y * 2 for y in x],
    lambda x, k=2: max(x, k) if x else min(k, 3),
    lambda x: K.expand_dims(x, -1) * np.sqrt(2.0),  # noqa: F821
    (lambda q: lambda x: x + q)(3),
]

if __name__ == "__main__":
    for one in FUNCTIONS:
        code = codecs.encode(marshal.dumps(one.__code__), "base64")
        print(code.decode("ascii").replace("\n", ""))
