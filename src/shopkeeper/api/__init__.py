"""The HTTP face: the same answers for programs, from published runs only; nothing is open."""
