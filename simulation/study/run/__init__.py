"""How runs are done: what is asked of each, and the processes that do them."""
