"""Sphinx's configuration: `sphinx-build docs build/site` makes a site that works offline."""

import os

os.environ["KERAS_BACKEND"] = "jax"
import onefit

project = "onefit"
copyright = "the onefit authors"
release = version = onefit.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
html_theme = "furo"
html_title = f"onefit {release}"
html_copy_source = False
html_extra_path = ["llms.txt"]
html_show_sphinx = False
myst_heading_anchors = 3
autodoc_typehints = "none"  # the docstrings say what the arguments are, and their shapes
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
