"""What two requests may not do at once. The locks are of one worker: each worker process has its own pair."""

import threading

# Held while the number of books on the shelf is changed.
stock_lock = threading.Lock()

# Held while money is booked.
ledger_lock = threading.Lock()
