"""What onefit relies on inside of JAX."""

from __future__ import annotations

import ast
from pathlib import Path

import jax

import onefit
from onefit.training.host import jax_private

SOURCE = Path(onefit.__file__).parent


def test_private_modules_of_jax_are_imported_in_one_file():
    importers = {
        path.name
        for path in SOURCE.rglob("*.py")
        if "scripts"
        not in path.relative_to(SOURCE).parts  # the stand-in for TensorFlow looks inside by itself
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("jax._src", "jaxlib"))
    }
    assert importers == {"jax_private.py"}


def test_a_trace_is_known():
    seen = []
    jax.make_jaxpr(lambda x: seen.append(jax_private.trace_state_clean()) or x)(1.0)
    assert seen == [False] and jax_private.trace_state_clean()


def test_every_array_on_a_device_is_of_one_class():
    assert type(jax.device_put(1.0)) is type(jax.numpy.ones(2)) is jax_private.ArrayImpl


def test_a_client_can_be_made_without_a_thread():
    client = jax_private.xla_client.make_cpu_client(asynchronous=False)
    assert client.platform == "cpu" and client.local_devices()


def test_the_store_of_programs_has_its_two_functions():
    for name in ("get_file_cache", "put_executable_and_time"):
        assert callable(getattr(jax_private.compilation_cache, name, None)), name
