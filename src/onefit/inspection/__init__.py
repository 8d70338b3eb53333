"""Inspection: what a trained network does with rows, computed for a report as plain values."""
