"""What is drawn: a file for each figure. A view is made once and then only given new numbers."""
