"""Pages: a view is one call into a pillar and a template."""
