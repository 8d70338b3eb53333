"""`onefit run` and plain `python`, side by side: same output, same errors, same exit code."""

from __future__ import annotations

import os
import py_compile
import shutil
import subprocess
import sys
import textwrap
import zipapp

import pytest

SEE_ALL = """
    import os, sys
    names = {name: repr(globals()[name]).split(" object at ")[0] for name in sorted(globals())}
    print(names, sys.argv, sys.path, os.getcwd(), sep="\\n")
    print(sys.modules["__main__"].__dict__ is globals(), sys.stdin.read())
"""

SCRIPTS = {
    "see.py": SEE_ALL,
    "deep/see.py": SEE_ALL,
    "package/__init__.py": "",
    "package/__main__.py": SEE_ALL,
    "package/module.py": "from . import other\n" + textwrap.dedent(SEE_ALL),
    "package/other.py": "print('other', __name__, __package__)",
    "package/broken.py": "from . import nothing_there",
    "folder/__main__.py": "import beside\n" + textwrap.dedent(SEE_ALL),
    "folder/beside.py": "print('beside', __name__)",
    "failing/__main__.py": "def fails():\n    1 / 0\nfails()",
    "empty/nothing.txt": "",
    "no_script/__main__/__init__.py": "",
    "bad_magic.pyc": "no code",
    "raises.py": """
        def deep(n):
            if n:
                deep(n - 1)
            try:
                {}["a"]
            except KeyError as error:
                raise ValueError("no a") from error
        deep(3)
    """,
    "in_context.py": """
        try:
            1 / 0
        finally:
            undefined_name
    """,
    "group.py": """
        def fails():
            raise ValueError("one")
        try:
            fails()
        except ValueError as error:
            raise ExceptionGroup("several", [error, TypeError("two")])
    """,
    "syntax.py": "x = (1,\nprint('no end'",
    "encoding.py": "# -*- coding: latin-1 -*-\nprint('caf\\u00e9')",
    "imports_syntax_error.py": "import syntax",
    "imports_nothing.py": "import there_is_no_such_module",
    "exits.py": "import sys; sys.exit(int(sys.argv[1]))",
    "exits_with_words.py": "import sys; sys.exit('that is why')",
    "exits_with_none.py": "raise SystemExit",
    "own_hook.py": """
        import sys
        def hook(kind, error, traceback):
            print(kind.__name__, error, traceback.tb_lineno, traceback.tb_next)
        sys.excepthook = hook
        1 / 0
    """,
    "failing_hook.py": """
        import sys
        def hook(kind, error, traceback):
            print(kind.__name__, sys.exc_info())
            {}["a"]
        sys.excepthook = hook
        def fails():
            1 / 0
        fails()
    """,
    "exiting_hook.py": """
        import sys
        sys.excepthook = lambda *error: sys.exit(7)
        1 / 0
    """,
    "missing_hook.py": """
        import sys
        del sys.excepthook
        1 / 0
    """,
    "no_hook.py": """
        import sys
        sys.excepthook = 3
        1 / 0
    """,
    "interrupted_hook.py": """
        import sys
        def hook(kind, error, traceback):
            raise ValueError("in the hook")
        sys.excepthook = hook
        raise KeyboardInterrupt
    """,
    "interrupted.py": """
        import os, signal, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    """,
    "catches_interrupt.py": """
        import os, signal, time
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            print("caught")
    """,
    "at_exit.py": """
        import atexit, threading, time
        value = "still here"
        def later():
            time.sleep(0.2)
            print("thread:", value)
        threading.Thread(target=later).start()
        atexit.register(lambda: print("at exit:", value))
        print("end")
    """,
    "fork.py": """
        import os, sys
        sys.stdout.flush()
        if os.fork() == 0:
            sys.exit(0)
        os.wait()
        print("parent")
    """,
    "pickles.py": """
        import pickle
        class Point:
            def __init__(self, x): self.x = x
        print(pickle.loads(pickle.dumps(Point(3))).x, Point.__module__)
    """,
    "processes.py": """
        import multiprocessing
        class Point:
            def __init__(self, x): self.x = x
        def double(point): return Point(2 * point.x)
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(double, [Point(3)])[0].x)
    """,
    "reads_itself.py": """
        import inspect, sys
        def function(): return 1
        print(inspect.getsource(function))
        print(open(__file__).read() == inspect.getsource(sys.modules["__main__"]))
    """,
    "annotations.py": "x: int = 1\nprint(__annotations__, __doc__, __builtins__.__name__)",
    "docstring.py": "'''The docstring.'''\nprint(__doc__)",
    "closes.py": "import sys; sys.stderr.close(); print('closed')",
    "flags.py": "import sys; print(sys.argv)",
}

BYTES = {
    "nul.py": b"print('a')\nx = 1\0\nprint(x)\n",
    "nul_in_comment.py": b"# a\0b\nprint(2)\n",
    "unknown_coding.py": b"#!/usr/bin/python\n# vim: set fileencoding=nonsense :\nprint('a')\n",
    "no_text_coding.py": b"# coding: rot13\ncevag('n')\n",
    "byte.py": b"print('a')\nprint('caf\xe9')\n",
    "byte_in_comment.py": b"# caf\xe9\nprint('caf')\n",
    "byte_in_utf8.py": b"# coding: utf-8\n# caf\xe9\nprint('caf')\n",
    "no_ascii.py": "# coding: ascii\nprint('caf\u00e9')\n".encode(),
    "mark.py": b"\xef\xbb\xbfprint('a')\n",
    "mark_and_coding.py": b"\xef\xbb\xbf# coding: latin-1\nprint('a')\n",
    "utf16.py": "print('a')\n".encode("utf-16"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scripts")
    for name, content in BYTES.items():
        (folder / name).write_bytes(content)
    for name, text in SCRIPTS.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        coding = "latin-1" if name == "encoding.py" else "utf-8"
        (folder / name).write_text(textwrap.dedent(text), encoding=coding)
    (folder / "link.py").symlink_to(folder / "deep" / "see.py")
    for name in ("folder", "failing", "empty"):
        shutil.make_archive(folder / name, "zip", folder / name)
    zipapp.create_archive(folder / "folder", folder / "app.pyz", "/usr/bin/env python3")
    py_compile.compile(folder / "deep" / "see.py", folder / "see.pyc")
    py_compile.compile(folder / "raises.py", folder / "raises_by_magic")
    return folder


def call(folder, *words, stdin="some input", **environment):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )


def compare(folder, *words, **settings):
    plain = call(folder, *words, **settings)
    ours = call(folder, "-m", "onefit", "run", "--quiet", *words, **settings)
    assert ours.stdout == plain.stdout
    assert ours.stderr == plain.stderr
    assert ours.returncode == plain.returncode
    return ours


@pytest.mark.parametrize(
    "words",
    [
        "see.py",
        "./see.py one two",
        "deep/see.py -x --explain --help",
        "deep/../see.py",
        "link.py",
        "-m package.module one --strict",
        "-m package -c",
        "-m see",
        "-m package.broken",
        "folder one",
        "./folder",
        "folder.zip one -x",
        "app.pyz",
        "see.pyc one",
        "raises_by_magic",
        "bad_magic.pyc",
        "-- see.py one",
        "-- - one",
        "- one",
        "raises.py",
        "in_context.py",
        "group.py",
        "syntax.py",
        "encoding.py",
        "imports_syntax_error.py",
        "imports_nothing.py",
        "exits.py 0",
        "exits.py 7",
        "exits_with_words.py",
        "exits_with_none.py",
        "own_hook.py",
        "failing_hook.py",
        "exiting_hook.py",
        "missing_hook.py",
        "no_hook.py",
        "interrupted_hook.py",
        "interrupted.py",
        "catches_interrupt.py",
        "at_exit.py",
        "fork.py",
        "pickles.py",
        "processes.py",
        "reads_itself.py",
        "annotations.py",
        "docstring.py",
        "closes.py",
        "flags.py -- -m x - -c",
    ],
)
def test_as_python_runs_it(folder, words):
    stdin = textwrap.dedent(SEE_ALL) if "- one" in words else "some input"
    if words.startswith("-m") and "broken" in words:
        _compare_after_launcher(folder, *words.split())
    else:
        compare(folder, *words.split(), stdin=stdin)


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_source(folder, name):
    assert compare(folder, name).stdout in ("", "a\n", "caf\n")


def test_code_that_is_no_text(folder):
    assert "Unable to decode the command" in compare(folder, "-c", "print('caf\udce9')").stderr


STREAMS = "{python} {words} 1>out.txt 2>err.txt {closed}; echo $? $(cat out.txt err.txt)"


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-"])
@pytest.mark.parametrize("words", ["raises.py", "flags.py one", "- one"])
def test_streams_that_are_closed(folder, closed, words):
    told = [
        subprocess.run(
            STREAMS.format(python=f"{sys.executable} {ours}", words=words, closed=closed),
            cwd=folder, shell=True, input=b"print('in')", capture_output=True, check=True,
        ).stdout
        for ours in ("", "-m onefit run --quiet")
    ]  # fmt: skip
    assert told[0] == told[1]


def test_the_summary_is_not_written_into_the_scripts_output(folder):
    for words in ("run flags.py", "run --explain flags.py", "run nothing.py", "findings OF999"):
        command = f"{sys.executable} -m onefit {words} 2>&-"
        done = subprocess.run(command, cwd=folder, shell=True, capture_output=True, text=True)
        assert "onefit" not in done.stdout and done.stderr == ""


GONE = "mkdir gone; cd gone; rmdir ../gone; {python} {words}"
SEEN = "import sys; print(sys.path, sys.argv)"


@pytest.mark.parametrize(
    "words",
    ["{folder}/deep/see.py one", "{folder}/folder.zip", "-m json.tool --help", f"-c '{SEEN}'", "-"],
)
def test_a_working_folder_that_is_gone(folder, words):
    told = []
    for ours in ("", "-m onefit run --quiet"):
        command = GONE.format(python=f"{sys.executable} {ours}", words=words.format(folder=folder))
        done = subprocess.run(
            command, cwd=folder, shell=True, input=SEEN, capture_output=True, text=True
        )
        errors = [line for line in done.stderr.splitlines() if "frozen runpy" not in line]
        told.append((done.stdout, errors, done.returncode))
    assert told[0] == told[1]
    assert told[0][2] == (1 if "see.py" in words or "zip" in words else 0)  # they ask for it


def test_a_script_in_a_working_folder_that_is_gone_is_not_found(folder):
    command = GONE.format(python=f"{sys.executable} -m onefit run", words="see.py")
    done = subprocess.run(command, cwd=folder, shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "onefit run: can't open file 'see.py': [Errno 2] No such file or directory\n"
    )


@pytest.mark.parametrize("name", ["failing", "failing.zip"])
def test_errors_in_folders_and_zips(folder, name):
    _compare_after_launcher(folder, name)


def test_a_name_with_a_dash_behind_two_dashes(folder):
    (folder / "-m.py").write_text("import sys; print(sys.argv)")
    assert compare(folder, "--", "-m.py", "one").stdout == "['-m.py', 'one']\n"


@pytest.mark.parametrize("name", ["empty", "empty.zip", "no_script"])
def test_folders_and_zips_without_a_script(folder, name):
    plain, ours = call(folder, name), call(folder, "-m", "onefit", "run", name)
    assert ours.returncode == plain.returncode == 1
    assert "received a folder or zip without __main__.py" in ours.stderr


def _compare_after_launcher(folder, *words):
    """Where python's traceback begins with its own launcher, ours begins behind it."""
    plain = call(folder, *words)
    ours = call(folder, "-m", "onefit", "run", "--quiet", *words)
    kept = [line for line in plain.stderr.splitlines() if "frozen runpy" not in line]
    assert ours.stderr.splitlines() == kept
    assert (ours.stdout, ours.returncode) == (plain.stdout, plain.returncode)


@pytest.mark.parametrize(
    "code",
    [
        "import sys; print(sys.argv, sys.path[0], __name__, sorted(globals()))",
        "1 / 0",
        "def f(:",
        "import sys; sys.exit(4)",
        "print('caf\u00e9')",
    ],
)
def test_code_as_python_runs_it(folder, code):
    compare(folder, "-c", code, "one", "-m")
    assert compare(folder, f"-c{code}").returncode in (0, 1, 4)


@pytest.mark.parametrize("name", ["see.py", "folder", "folder.zip"])
def test_safe_path_is_respected(folder, name):
    assert "[" in compare(folder, name, PYTHONSAFEPATH="1").stdout


def test_python_dash_m_onefit_needs_no_run(folder):
    ours = call(folder, "-m", "onefit", "see.py", "one")
    assert ours.stdout == call(folder, "see.py", "one").stdout
    assert ours.stderr.startswith("onefit: ") and ours.stderr.count("\n") == 1


def test_a_shell_sees_130_after_ctrl_c(folder):
    command = f"{sys.executable} -m onefit interrupted.py; echo $?"
    shell = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert shell.stdout == "130\n"


def test_the_summary_is_one_line_and_the_last(folder):
    ours = call(folder, "-m", "onefit", "run", "at_exit.py")
    assert ours.stdout == call(folder, "at_exit.py").stdout
    assert ours.stderr == "onefit: no fit, evaluate or predict ran through onefit\n"


def test_the_summary_of_a_script_that_forks_is_told_once(folder):
    assert call(folder, "-m", "onefit", "run", "fork.py").stderr.count("onefit:") == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("nothing.py", 2, "can't open file"),
        (".", 1, "received a folder or zip without __main__.py"),
        ("-m no_such_module", 1, "no module named no_such_module"),
        ("-m package.no_such_module", 1, "no module named package.no_such_module"),
        ("-m deep", 1, "no module named deep.__main__"),
        ("-m .package", 1, "expected the full name of a module; received '.package'"),
        ("--nonsense see.py", 2, "unrecognized arguments: --nonsense"),
        ("--", 2, "expected script.py, -m module, -c code or -"),
        ("--restarts 4 --verify see.py", 2, "expected --restarts or --verify; received both"),
        ("--explain", 2, "expected script.py, -m module, -c code or -"),
        ("-m", 2, "expected script.py, -m module, -c code or -"),
    ],
)
def test_what_cannot_run_is_told_in_a_line(folder, words, code, told):
    ours = call(folder, "-m", "onefit", "run", *words.split())
    assert ours.returncode == code
    assert told in ours.stderr
    assert "Traceback" not in ours.stderr and ours.stdout == ""


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", ""], 2, "received an empty name"),
        (["run", "-m", ""], 1, "expected the full name of a module; received ''"),
        (["run", "--strcit", "see.py"], 2, "did you mean --strict?"),
        (["run", "-u", "see.py"], 2, "python -u -m onefit run"),
        (["run", "-X", "dev", "see.py"], 2, "python -X VALUE -m onefit run"),
    ],
)
def test_words_that_are_not_understood_come_with_a_hint(folder, words, code, told):
    ours = call(folder, "-m", "onefit", *words)
    assert ours.returncode == code and ours.stdout == ""
    assert told in ours.stderr and "onefit run" in ours.stderr
    assert code == 1 or told == "received an empty name" or "usage: onefit run" in ours.stderr
