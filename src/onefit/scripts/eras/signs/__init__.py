"""The signs of an old Keras in a script, a file for each kind of syntax that shows them."""
