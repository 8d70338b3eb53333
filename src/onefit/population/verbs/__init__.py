"""What users call: `fit_many`, and `fit` with restarts."""
