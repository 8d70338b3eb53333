"""Inputs as Keras reads them: the arguments, tables of rows, streams of batches."""
