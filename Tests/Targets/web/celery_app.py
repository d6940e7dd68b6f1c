"""A Celery application over a folder (QUEUE) as its broker; `celery_app.py NAME` sends the task `hold`."""

import os
import sys

import gate
from celery import Celery

folder = os.environ["QUEUE"]
app = Celery("shop", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": os.path.join(folder, "control"),
        "polling_interval": 0.1,
    },
    worker_hijack_root_logger=False,
    task_ignore_result=True,
)


@app.task(name="shop.hold")
def hold(what: str) -> str:
    card_number = "4111 1111 1111 1111"
    held = gate.hold(what)
    return "{} {}".format(held, len(card_number))


if __name__ == "__main__":
    hold.delay(sys.argv[1])
