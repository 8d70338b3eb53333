"""What a population leaves: tables, the best, ensembles, predictions."""
