"""Charts drawn on the server as SVG: one kind of chart per file."""
