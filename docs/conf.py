"""Sphinx's settings for Tatum's documentation: MyST markdown, the Read the Docs theme."""
project = "Tatum"
author = "the Tatum authors"
copyright = "2026, the Tatum authors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["README.md", "samples"]
html_theme = "sphinx_rtd_theme"
html_title = "Tatum"
myst_heading_anchors = 3
myst_enable_extensions = ["deflist", "colon_fence"]
