"""What each member is: copies, hyper-parameters, structures, first weights, shuffles."""
