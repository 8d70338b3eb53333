"""What a call will do, decided before it runs: the plan, the fallbacks, the costs."""
