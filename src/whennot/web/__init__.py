"""The browser: the same home and the same plays as the terminal, drawn as pages.

`server` starts it, `settings` configures Django, `urls` lists the pages. A view is one call into a
pillar and a template; what a page shows is made in `pages`, what can be typed is in `forms`.
"""
