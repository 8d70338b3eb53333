"""A traced step in another form, with the same bits: faster inside a loop, or rounded alike."""
