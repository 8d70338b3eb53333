"""What the record of a run says of a fit: its network, its callbacks, what looks wrong."""
