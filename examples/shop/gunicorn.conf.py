"""How the shop is served: `gunicorn shop:app` in this folder."""

import os

bind = "127.0.0.1:" + os.environ.get("SHOP_PORT", "8311")
worker_class = "gthread"
workers = 2
threads = 4
# A worker that hangs is given this long when the shop is stopped.
graceful_timeout = 3
control_socket_disable = True
# In memory where there is any: a worker's sign of life must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
