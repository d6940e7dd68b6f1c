# Behind arrive.py, on a thread that was made for it.
try:
    arrive()
finally:
    globals().clear()
