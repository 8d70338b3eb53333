"""`tensorflow.python.*`: TensorFlow's private modules, from which scripts import public functions.

`from tensorflow.python.ops import math_ops` gives a module with the names of TensorFlow 1, as the
functions that are there are those of `tf.compat.v1`; with `_v2` behind a name, that of
TensorFlow 2. What only TensorFlow itself uses is missing.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from onefit.scripts.tensorflow.missing import names_of

_ROOM = __name__.rpartition(".")[0]
_PUBLIC = {
    "compat.v1": "ops.state_ops ops.variables ops.control_flow_ops ops.cond ops.while_loop "
    "ops.map_fn ops.functional_ops ops.tensor_array_ops ops.resource_variable_ops ops.clip_ops "
    "ops.init_ops ops.custom_gradient ops.gradients ops.gradients_impl "
    "ops.script_ops ops.logging_ops ops.variable_scope ops.unconnected_gradients "
    "ops.ragged.ragged_tensor framework.ops framework.dtypes framework.tensor_shape "
    "framework.constant_op framework.tensor_spec framework.tensor_util framework.tensor "
    "framework.random_seed framework.sparse_tensor framework.indexed_slices framework.type_spec "
    "framework.smart_cond eager.backprop module.module",
    "compat.v1 math": "ops.math_ops ops.special_math_ops",
    "math": "ops.gen_math_ops",
    "compat.v1 debugging": "ops.check_ops",
    "compat.v1 linalg": "ops.array_ops ops.linalg_ops",
    "compat.v1 random": "ops.random_ops",
    "random": "ops.stateless_random_ops",
    "compat.v1.nn": "ops.nn ops.nn_ops ops.nn_impl ops.embedding_ops",
    "compat.v1.image io": "ops.image_ops ops.image_ops_impl",
    "compat.v1.logging": "platform.tf_logging",
    "linalg": "ops.linalg.linalg ops.linalg.linalg_impl",
    "io": "ops.io_ops ops.parsing_ops lib.io.tf_record",
    "io.gfile": "platform.gfile lib.io.file_io",
    "bitwise": "ops.bitwise_ops",
    "lookup": "ops.lookup_ops",
    "ragged": "ops.ragged.ragged_factory_ops",
    "signal": "ops.signal.signal",
    "sparse": "ops.sparse_ops",
    "strings": "ops.string_ops",
    "summary": "ops.summary_ops_v2",
    "config config.experimental": "framework.config",
    "compat.v1 config debugging": "eager.context eager.def_function",
    "errors": "framework.errors framework.errors_impl",
    "train": "training.training training.moving_averages checkpoint.checkpoint "
    "training.checkpoint_management",
    "data": "data.ops.dataset_ops data.ops.iterator_ops data.ops.readers",
    "nest": "data.util.nest util.nest",
    "distribute": "distribute.distribute_lib distribute.mirrored_strategy distribute.reduce_util",
    "saved_model": "saved_model.saved_model saved_model.load saved_model.save",
    "": "ops.gen_array_ops ops.gen_nn_ops ops.gen_state_ops ops.init_ops_v2 ops.standard_ops "
    "training.gen_training_ops training.optimizer training.training_ops training.training_util "
    "util.tf_inspect",  # without a name that is public: scripts import them, and may not use them
}
"""Where the names of private modules are public, the first place first."""
MODULES = {
    module: rooms.split() for rooms, modules in _PUBLIC.items() for module in modules.split()
}
"""The private modules that scripts import from, below `tensorflow.python`."""
_RENAMED = {
    "ops.math_ops": "linspace_nd=linspace next_after=math.nextafter "
    "count_nonzero_v2=math.count_nonzero",
    "ops.gen_math_ops": "add_v2=add div_no_nan=math.divide_no_nan floor_mod=math.floormod "
    "mat_mul=matmul mod=truncatemod mul=multiply neg=negative next_after=math.nextafter "
    "real_div=realdiv sub=subtract truncate_div=truncatediv truncate_mod=truncatemod",
    "ops.array_ops": "tensor_scatter_add=tensor_scatter_nd_add "
    "tensor_scatter_update=tensor_scatter_nd_update space_to_depth_v2=nn.space_to_depth "
    "depth_to_space_v2=nn.depth_to_space extract_image_patches_v2=image.extract_patches",
    "ops.cond": "cond_for_tf_v2=cond",
    "ops.resource_variable_ops": "ResourceVariable=Variable BaseResourceVariable=Variable",
    "ops.random_ops": "random_poisson_v2=random.poisson",
    "ops.stateless_random_ops": "stateless_random_uniform=random.stateless_uniform "
    "stateless_random_normal=random.stateless_normal",
    "ops.image_ops": "resize_images_v2=image.resize",
    "ops.image_ops_impl": "resize_images_v2=image.resize",
    "ops.script_ops": "eager_py_func=py_function",
    "ops.sparse_ops": "sparse_tensor_dense_matmul=sparse.sparse_dense_matmul "
    "sparse_tensor_to_dense=sparse.to_dense sparse_reorder=sparse.reorder "
    "sparse_reshape=sparse.reshape",
    "ops.string_ops": "string_join=strings.join string_lower=strings.lower "
    "string_strip=strings.strip string_upper=strings.upper string_to_number=strings.to_number "
    "string_length_v2=strings.length",
    "framework.ops": "name_scope_v1=compat.v1.name_scope",
    "framework.tensor_util": "constant_value=get_static_value is_tf_type=is_tensor",
    "framework.smart_cond": "smart_cond=cond",
    "platform.gfile": "Open=io.gfile.GFile FastGFile=io.gfile.GFile Exists=io.gfile.exists "
    "Glob=io.gfile.glob IsDirectory=io.gfile.isdir ListDirectory=io.gfile.listdir "
    "MakeDirs=io.gfile.makedirs MkDir=io.gfile.mkdir Remove=io.gfile.remove",
    "lib.io.file_io": "FileIO=io.gfile.GFile file_exists=io.gfile.exists "
    "get_matching_files=io.gfile.glob is_directory=io.gfile.isdir "
    "list_directory=io.gfile.listdir recursive_create_dir=io.gfile.makedirs "
    "delete_file=io.gfile.remove",
    "data.ops.iterator_ops": "OwnedIterator=data.Iterator",
}
"""Names that are not those of the public API: `NAME=PUBLIC`."""
_KERNELS = {
    "ops.array_ops": "check_numerics_v2 matrix_diag_part_v2 matrix_diag_v2 matrix_set_diag_v2 "
    "unique_v2 unique_with_counts_v2",
    "ops.gen_math_ops": "bincount segment_max_v2 segment_min_v2 segment_prod_v2 segment_sum_v2",
    "ops.math_ops": "segment_max_v2 segment_min_v2 segment_prod_v2 segment_sum_v2",
}
"""Names that look like public ones, and take other arguments."""
_OF_TENSORFLOW_2 = re.compile("(_v|V)2$")
_KNOWN = set(MODULES) | {
    module[:at] for module in MODULES for at in range(len(module)) if module[at] == "."
}
"""They, and the packages above them."""


def is_known(module: str) -> bool:
    """Whether scripts import from a private module, or from one below it.

    Args:
        module: Its name below `tensorflow.python`.

    >>> is_known("ops.math_ops"), is_known("ops"), is_known("ops.gen_ragged_math_ops")
    (True, True, False)
    """
    return module in _KNOWN


def names_in(module: str) -> Callable[[str], Any]:
    """A private module's `__getattr__`.

    Args:
        module: Its name below `tensorflow.python`, `"ops.math_ops"` for example.

    Returns:
        A function of a name that gives what the name means, or raises `NeedsTensorFlowName`.

    >>> names_in("ops.math_ops")("sub").__name__
    'subtract'
    >>> names_in("ops.math_ops")("add_v2").__name__
    'add'
    """
    missing = names_of(f"tensorflow.python.{module}")

    def __getattr__(name: str) -> Any:
        if f"{module}.{name}" in _KNOWN:
            return importlib.import_module(f"tensorflow.python.{module}.{name}")
        if not name.startswith("_"):
            for place in public_places(module, name):
                found = _part(place)
                if found is not None:
                    return found
        return missing(name)

    return __getattr__


def public_places(module: str, name: str) -> list[str]:
    """Where a name of a private module may be public, the first place first.

    Args:
        module: The module's name below `tensorflow.python`.
        name: The name.

    >>> public_places("ops.nn_ops", "conv2d"), public_places("ops.nn_ops", "conv2d_v2")
    (['compat.v1.nn.conv2d'], ['nn.conv2d'])
    >>> public_places("ops.gen_math_ops", "mat_mul"), public_places("ops.gen_math_ops", "bincount")
    (['matmul'], [])
    """
    renamed = dict(pair.split("=") for pair in _RENAMED.get(module, "").split())
    if name in renamed:
        return [renamed[name]]
    rooms = [] if name in _KERNELS.get(module, "").split() else MODULES.get(module, [])
    plain = _OF_TENSORFLOW_2.sub("", name)
    if plain != name:
        today = [room.removeprefix("compat.v1").strip(".") for room in rooms]
        return [f"{room}.{plain}".strip(".") for room in today]
    return [f"{room}.{name}" for room in rooms]


def _part(place: str) -> Any:
    """What has a public name here, or nothing."""
    found: Any = importlib.import_module(_ROOM)
    for part in place.split("."):
        found = getattr(found, part, None)
    is_imported = isinstance(found, ModuleType) or getattr(found, "__module__", "") == "typing"
    return None if is_imported else found
