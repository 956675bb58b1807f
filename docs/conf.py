"""Sphinx configuration: MyST pages, furo, and reference pages generated at every build."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402 - found through the line above

import whennot  # noqa: E402

project = "whennot"
author = "whennot contributors"
project_copyright = "2026, whennot contributors"
version = release = whennot.__version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = "whennot"
# Everything a page needs is on the disk: no fonts, scripts or badges from elsewhere.
html_theme_options = {"top_of_page_buttons": []}
html_copy_source = False
html_show_sourcelink = False

generate.write(HERE / "reference")
