"""Many networks as one more axis of the same program."""
