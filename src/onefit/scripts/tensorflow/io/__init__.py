"""`tf.io`: files, pictures, records and what is in them.

A file here is a concept: files and folders (`files.py`), TFRecord files (`records.py`), the
messages in them (`example.py`, `parsing.py`), bytes as numbers (`decoding.py`), lines of CSV
(`csv.py`). Pictures are `image/coding.py`. docs/design/0062 says by which libraries, and what is
the same to the bit.
"""

from __future__ import annotations

from onefit.scripts.tensorflow.image.coding import decode_and_crop_jpeg as decode_and_crop_jpeg
from onefit.scripts.tensorflow.image.coding import decode_bmp as decode_bmp
from onefit.scripts.tensorflow.image.coding import decode_gif as decode_gif
from onefit.scripts.tensorflow.image.coding import decode_image as decode_image
from onefit.scripts.tensorflow.image.coding import decode_jpeg as decode_jpeg
from onefit.scripts.tensorflow.image.coding import decode_png as decode_png
from onefit.scripts.tensorflow.image.coding import encode_jpeg as encode_jpeg
from onefit.scripts.tensorflow.image.coding import encode_png as encode_png
from onefit.scripts.tensorflow.image.coding import extract_jpeg_shape as extract_jpeg_shape
from onefit.scripts.tensorflow.image.coding import is_jpeg as is_jpeg
from onefit.scripts.tensorflow.io.csv import decode_csv as decode_csv
from onefit.scripts.tensorflow.io.decoding import decode_base64 as decode_base64
from onefit.scripts.tensorflow.io.decoding import decode_compressed as decode_compressed
from onefit.scripts.tensorflow.io.decoding import decode_raw as decode_raw
from onefit.scripts.tensorflow.io.decoding import encode_base64 as encode_base64
from onefit.scripts.tensorflow.io.decoding import parse_tensor as parse_tensor
from onefit.scripts.tensorflow.io.decoding import serialize_tensor as serialize_tensor
from onefit.scripts.tensorflow.io.files import gfile as gfile
from onefit.scripts.tensorflow.io.files import matching_files as matching_files
from onefit.scripts.tensorflow.io.files import read_file as read_file
from onefit.scripts.tensorflow.io.files import write_file as write_file
from onefit.scripts.tensorflow.io.parsing import FixedLenFeature as FixedLenFeature
from onefit.scripts.tensorflow.io.parsing import FixedLenSequenceFeature as FixedLenSequenceFeature
from onefit.scripts.tensorflow.io.parsing import RaggedFeature as RaggedFeature
from onefit.scripts.tensorflow.io.parsing import VarLenFeature as VarLenFeature
from onefit.scripts.tensorflow.io.parsing import parse_example as parse_example
from onefit.scripts.tensorflow.io.parsing import parse_single_example as parse_single_example
from onefit.scripts.tensorflow.io.parsing import (
    parse_single_sequence_example as parse_single_sequence_example,
)
from onefit.scripts.tensorflow.io.records import TFRecordOptions as TFRecordOptions
from onefit.scripts.tensorflow.io.records import TFRecordWriter as TFRecordWriter
from onefit.scripts.tensorflow.missing import names_of

ALSO = "gfile"
__getattr__ = names_of("tensorflow.io")
