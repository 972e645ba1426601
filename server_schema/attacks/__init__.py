"""What somebody with a login and any program of their own may try, and what the office answers.

`attempt` says what an attempt is and judges it; the lists beside it name them all; `raid` makes
the throw-away operator they are tried as, and takes it away again.
"""
