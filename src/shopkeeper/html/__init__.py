"""The one-file HTML report: answers in, one self-contained page out."""
