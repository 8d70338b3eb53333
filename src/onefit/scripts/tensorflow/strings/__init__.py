"""`tf.strings`: text as bytes, of tensors, ragged and sparse tensors.

A file here is a concept: patterns (`patterns.py`), hashes (`fingerprints.py`), characters
(`characters.py`), numbers (`numbers.py`), parts and joins (`words.py`). Text never enters a
program.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.strings import characters as _characters
from onefit.scripts.tensorflow.strings import numbers as _numbers
from onefit.scripts.tensorflow.strings import unicode_scripts as _unicode_scripts
from onefit.scripts.tensorflow.strings import words as _words

for _home in (_characters, _numbers, _unicode_scripts, _words):
    for _name, _part in list(vars(_home).items()):
        if callable(_part) and _name[0] != "_" and _part.__module__ == _home.__name__:
            globals()[_name] = _part

__getattr__ = names_of("tensorflow.strings")
