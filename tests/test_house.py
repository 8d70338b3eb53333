"""The rules of the house: who imports whom, and that the public names are what they say."""

from __future__ import annotations

import ast
import functools
import importlib
import re
from pathlib import Path

import pytest

import onefit

SOURCE = Path(onefit.__file__).parent
# A room imports only rooms to its right; rooms at one height import none of their neighbours.
HEIGHTS = [
    {"cli"},
    {"scripts", "studio", "serving"},
    {"inspection"},
    {"tables", "doctor"},
    {"population"},
    {"reports"},
    {"training"},
    {"checks"},
    {"runs"},
    {"findings"},
    {"workers", "backend"},
    {"errors", "console", "imports", "environment", "atomic_file"},
]
# The rooms inside of a room, by the same rule.
INNER = {
    "training": [
        {"verbs"},
        {"observation"},
        {"running"},
        {"programs", "checkpoints"},
        {"plan"},
        {"callbacks", "data"},
        {"host"},
        {"core"},
        {"rewrite"},
    ],
    "population": [{"verbs"}, {"results"}, {"running"}, {"layouts"}, {"models"}, {"members"}],
}
# What is not in this order yet, and why. A new line here is a step back.
EXCEPTIONS = {
    "onefit.training.plan.decision -> onefit.training.programs": (
        "Whether a step can be the body of a loop shows when it is traced."
    ),
    "onefit.training.verbs.dispatch -> onefit.population.verbs": (
        "`install(restarts=16)` trains many networks where a script asks for one."
    ),
    "onefit.training.verbs.dispatch -> onefit.inspection": (
        "A report wants to know where a training began."
    ),
}
PURE = {"findings", "checks", "runs", "reports", "workers", "backend", "errors", "console"} | {
    "imports",
    "environment",
    "atomic_file",
}
COSTLY = {"jax", "jaxlib", "keras", "tensorflow", "torch"}


def _height(room, heights=HEIGHTS):
    return next(height for height, rooms in enumerate(heights) if room in rooms)


def _name(path):
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache  # in the process that runs these tests, and not wherever they are collected
def _modules():
    """The syntax tree of each module, by its name."""
    return {_name(path): ast.parse(path.read_text()) for path in sorted(SOURCE.rglob("*.py"))}


def _room(module):
    """The room of a module; the package itself and its door have none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else None


def _imports(tree):
    """Every module that is imported by name, each with the depth of functions around it.

    `import_module("onefit.training.host.stock")` is an import, too.
    """
    found = []

    def walk(node, depth):
        for child in ast.iter_child_nodes(node):
            inner = depth + isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            if isinstance(child, ast.Import):
                found.extend((alias.name, depth) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, "imports are absolute"
                found.extend((_target(child.module, alias.name), depth) for alias in child.names)
            elif isinstance(child, ast.Call) and "import_module" in ast.unparse(child.func):
                names = [a.value for a in child.args if isinstance(a, ast.Constant)]
                found.extend((name, inner) for name in names if str(name).startswith("onefit"))
            walk(child, inner)

    walk(tree, 0)
    return found


def _target(module, name):
    return f"{module}.{name}" if f"{module}.{name}" in _modules() else module


@functools.cache
def _edges():
    """Every import: the module, what it imports, and the depth of functions around it."""
    return [(name, *found) for name, tree in _modules().items() for found in _imports(tree)]


def _is_excepted(module, target):
    return any(
        module == source and target.startswith(f"{room}.")
        for source, room in (line.split(" -> ") for line in EXCEPTIONS)
    )


def test_a_room_imports_only_rooms_to_its_right():
    wrong = [
        f"{module} imports {target}"
        for module, target, _ in _edges()
        if _room(module) and target.startswith("onefit.") and _room(target) != _room(module)
        if _height(_room(target)) <= _height(_room(module)) and not _is_excepted(module, target)
    ]
    assert not wrong


@pytest.mark.parametrize("outer", INNER)
def test_every_file_lies_in_a_room(outer):
    files = [name.split(".")[2:] for name in _modules() if _room(name) == outer]
    assert {parts[0] for parts in files if parts} == set().union(*INNER[outer])


@pytest.mark.parametrize("outer", INNER)
def test_inside_a_room_the_same(outer):
    heights, wrong = INNER[outer], []
    for module, target, _ in _edges():
        room = [*module.split("."), ""][2] if _room(module) == outer else ""
        if room and _room(target) == outer and target.count(".") > 2:
            other = target.split(".")[2]
            lower = other == room or _height(other, heights) > _height(room, heights)
            if not lower and not _is_excepted(module, target):
                wrong.append(f"{module} imports {target}")
    assert not wrong


@pytest.mark.parametrize("line", EXCEPTIONS)
def test_an_exception_is_one_still(line):
    module, room = line.split(" -> ")
    assert any(one == module and target.startswith(f"{room}.") for one, target, _ in _edges())


def _defined(tree):
    """The names that a module has at its top."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        yield getattr(node, "name", "")


@pytest.mark.parametrize("folder", ["benchmarks", "examples", "docs"])
def test_scripts_beside_the_package_import_what_is_there(folder):
    defined = {name: set(_defined(tree)) for name, tree in _modules().items()}
    defined["onefit"] |= set(onefit.__all__)
    root = SOURCE.parents[1] / folder
    for path in root.rglob("*.py"):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.name == "old.py" or hidden:
            continue  # of Python 2; environments, and earlier commits of onefit
        for node in ast.walk(ast.parse(path.read_text())):
            module = getattr(node, "module", None) or ""
            if isinstance(node, ast.ImportFrom) and module.split(".")[0] == "onefit":
                for alias in node.names:
                    there = f"{module}.{alias.name}" in _modules() or alias.name in defined[module]
                    assert there, f"{path.name} imports {alias.name} from {module}"


def test_the_page_for_newcomers_names_files_that_are_there():
    page = SOURCE.parents[1] / "docs" / "design" / "where-things-are.md"
    named = re.findall(r"`((?:training|population)/[a-z_/]+(?:\.py)?)`", page.read_text())
    assert len(named) > 40
    assert not [path for path in named if not (SOURCE / path).exists()]


def test_no_circles():
    graph = {
        name: {
            target
            for module, target, depth in _edges()
            if module == name and target in _modules() and depth == 0
        }
        for name in _modules()
    }
    graph = {name: _without_own_package(name, targets) for name, targets in graph.items()}
    done, path = set(), []

    def visit(name):
        if name in done:
            return
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        path.append(name)
        for target in graph[name]:
            visit(target)
        done.add(path.pop())

    for name in graph:
        visit(name)


def _without_own_package(name, targets):
    """A package's `__init__` is read before its modules; naming it in them is no circle."""
    return {target for target in targets if not f"{name}.".startswith(f"{target}.")}


@pytest.mark.parametrize("room", ["onefit.training.core.", "onefit.training.rewrite."])
def test_the_core_knows_no_keras(room):
    modules = [name for name in _modules() if name.startswith(room)]
    assert modules
    assert not _importing({"keras"}, set(modules))


def _importing(roots, modules, deepest=100):
    """Which of the modules import a library, at most so deep inside functions."""
    return sorted(
        {
            f"{module} imports {target}"
            for module, target, depth in _edges()
            if module in modules and depth <= deepest and target.split(".")[0] in roots
        }
    )


def test_pure_rooms_never_import_jax_or_keras():
    assert not _importing(COSTLY, {name for name in _modules() if _room(name) in PURE})


def test_the_door_imports_nothing_costly():
    doors = {"onefit", *(name for name in _modules() if _room(name) in ("cli", None))}
    assert not _importing(COSTLY, doors)


def test_optional_libraries_are_imported_inside_functions():
    optional = {"pandas", "sklearn", "scipy", "torch", "IPython", "psutil", "matplotlib"}
    assert not _importing(optional, _modules(), deepest=0)


def test_no_assert_in_the_library():
    trees = _modules().items()
    assert not [
        name for name, tree in trees if any(isinstance(n, ast.Assert) for n in ast.walk(tree))
    ]


def test_every_module_says_what_it_is():
    silent = [name for name, tree in _modules().items() if not ast.get_docstring(tree)]
    assert not [name for name in silent if not name.endswith("__main__")]


def test_all_names_exist_and_are_documented():
    assert sorted(set(onefit.__all__)) == sorted(onefit.__all__)
    for name in onefit.__all__:
        value = getattr(onefit, name)
        assert name == "__version__" or value.__doc__


def test_all_is_what_type_checkers_are_told():
    tree = _modules()["onefit"]
    typed = [node for block in tree.body if isinstance(block, ast.If) for node in block.body]
    imports = [node for node in typed if isinstance(node, ast.ImportFrom)]
    told = {alias.asname for node in imports for alias in node.names}
    assert told == set(onefit.__all__) - {"__version__"}


def test_dir_lists_all_and_other_names_fail():
    assert set(onefit.__all__) <= set(dir(onefit))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = onefit.nonsense


def test_the_version_is_that_of_the_package():
    metadata = importlib.import_module("importlib.metadata")
    assert metadata.version("onefit") == onefit.__version__
