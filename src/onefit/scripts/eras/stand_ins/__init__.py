"""What Keras 3 does no more, or otherwise: functions, methods and classes of the time."""
