"""The order of arguments in each old Keras, a file for each."""
