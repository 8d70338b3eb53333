"""Programs are called: whole runs, epochs, passes, evaluations, predictions."""
