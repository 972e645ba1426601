"""Attempts that somebody with a login and any program may make, and how the office answers them.

`attempt` defines what an attempt is and judges it; the modules beside it list all attempts; `raid`
runs them as a throw-away operator.
"""
