"""Programs: steps are traced, assembled, compiled by XLA, and kept."""
