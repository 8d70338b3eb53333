"""What changed between the Keras of an era and Keras 3: a file for each kind of change."""
