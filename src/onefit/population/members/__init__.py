"""Who the members are: seeds, folds, bootstraps, sweeps; and the checks of the arguments."""
