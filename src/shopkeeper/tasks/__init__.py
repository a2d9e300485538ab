"""Business questions that are answered with models: mart, model and output table of each."""
