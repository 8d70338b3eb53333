"""Members run: groups of one structure, lanes, threads, the progress bar, histories."""
