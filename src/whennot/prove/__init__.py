"""What a player can show: the decision brief, as Markdown and as PDF.

Start with `whennot.prove.brief`: what is on the page. `draft` and `lessons` write its sentences,
`wording` its numbers; `markdown` and `pdf` only lay it out. What a player made of the Markdown is
read by `blocks` and laid out by `edited`.
"""
