"""What a table promises: contracts, their checks, validation and the data dictionary."""
