"""The function that probes are measured on: about 0.6 microseconds, and one line that is reached once in a call."""

from __future__ import annotations


class Order:
    def __init__(self, total: int) -> None:
        self.total = total


def pay(amount: int, order: Order) -> int:
    total = order.total
    for step in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        total += amount * step
        total ^= step
    fee = total & 7
    return total + fee


def other(amount: int, order: Order) -> int:
    return amount + order.total
