"""`tf.train.Example` and its parts: messages of protobuf, made from their description.

protobuf is small and Google's own; the messages have all that those of TensorFlow have, which are
made by it, too.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from onefit.scripts.tensorflow.io.records import needs

# name, number, type; `[]` is repeated, `{}` a map from text
MESSAGES = {
    "BytesList": [("value", 1, "[]bytes")],
    "FloatList": [("value", 1, "[]float")],
    "Int64List": [("value", 1, "[]int64")],
    "Feature": [
        ("bytes_list", 1, "BytesList"),
        ("float_list", 2, "FloatList"),
        ("int64_list", 3, "Int64List"),
    ],
    "Features": [("feature", 1, "{}Feature")],
    "FeatureList": [("feature", 1, "[]Feature")],
    "FeatureLists": [("feature_list", 1, "{}FeatureList")],
    "Example": [("features", 1, "Features")],
    "SequenceExample": [("context", 1, "Features"), ("feature_lists", 2, "FeatureLists")],
    "Dim": [("size", 1, "int64"), ("name", 2, "string")],
    "TensorShapeProto": [("dim", 2, "[]Dim")],
    "TensorProto": [
        ("dtype", 1, "int32"),
        ("tensor_shape", 2, "TensorShapeProto"),
        ("version_number", 3, "int32"),
        ("tensor_content", 4, "bytes"),
        ("float_val", 5, "[]float"),
        ("double_val", 6, "[]double"),
        ("int_val", 7, "[]int32"),
        ("string_val", 8, "[]bytes"),
        ("int64_val", 10, "[]int64"),
        ("bool_val", 11, "[]bool"),
    ],
}
ONE_OF = {"Feature": "kind"}
OF_TRAIN = (
    *("BytesList", "FloatList", "Int64List", "Feature", "Features"),
    *("FeatureList", "FeatureLists", "Example", "SequenceExample"),
)


@cache
def messages() -> dict[str, Any]:
    """The classes of messages, by their names.

    Raises:
        NeedsTensorFlowName: If protobuf is not installed.

    >>> kinds = messages()
    >>> numbers = kinds["Feature"](int64_list=kinds["Int64List"](value=[1, 2]))
    >>> numbers.SerializeToString()
    b'\\x1a\\x04\\n\\x02\\x01\\x02'
    """
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError:
        raise needs("protobuf", "reads and writes tf.train.Example") from None
    file = descriptor_pb2.FileDescriptorProto(
        name="onefit/example.proto", package="tensorflow", syntax="proto3"
    )
    for name, fields in MESSAGES.items():
        _describe(
            file.message_type.add(name=name), name, fields, descriptor_pb2.FieldDescriptorProto
        )
    # Not protobuf's default pool: an installed TensorFlow registers its own messages under these
    # names there, and a pool refuses two descriptions of one name.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tensorflow.{name}"))
        for name in MESSAGES
    }


def _describe(message: Any, name: str, fields: list[tuple[str, int, str]], kinds: Any) -> None:
    if name in ONE_OF:
        message.oneof_decl.add(name=ONE_OF[name])
    for field, number, written in fields:
        made = message.field.add(name=field, number=number)
        made.label = kinds.LABEL_REPEATED if written[:1] in "[{" else kinds.LABEL_OPTIONAL
        kind = written.lstrip("[]{}")
        if written.startswith("{}"):
            # In the format a map is a repeated message of keys and values, and protobuf demands
            # this name for it: `feature_list` becomes `FeatureListEntry`.
            entry = "".join(part.title() for part in field.split("_")) + "Entry"
            pair = message.nested_type.add(name=entry)
            pair.options.map_entry = True
            _describe(pair, entry, [("key", 1, "string"), ("value", 2, kind)], kinds)
            kind = f"{name}.{entry}"
        if hasattr(kinds, f"TYPE_{kind.upper()}"):
            made.type = getattr(kinds, f"TYPE_{kind.upper()}")
        else:
            made.type, made.type_name = kinds.TYPE_MESSAGE, f".tensorflow.{kind}"
        if name in ONE_OF:
            made.oneof_index = 0
