"""What users call: `fit`, `evaluate`, `predict`, `explain`, `verify`, `install`."""
