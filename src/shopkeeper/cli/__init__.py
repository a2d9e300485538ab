"""The terminal face: reads arguments, calls jobs and reports, prints."""
