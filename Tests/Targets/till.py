"""A program that goes on selling, for probes: told `busy` it does nothing but call one function."""

import logging
import sys
import threading
import time

from target import begin, ready, wait_for_end


class Order:
    def __init__(self, number):
        self.number = number
        self.currency = "EUR" if number % 2 else "USD"


def pay(amount, order):
    fee = amount // 10
    total = amount + fee
    return total


def find(order):
    raise LookupError("no article %d" % order.number)


def check(order):
    find(order)


def charge(customer, card_number, note):
    password = "hush-hush-4711"
    return {"card": card_number, "customer": customer, "length": len(password)}


def declined(card_number):
    cvv = 123
    raise ValueError("card 4111 1111 1111 1111 was declined", card_number, cvv)


def serve(number):
    order = Order(number)
    pay(250 if number % 2 else 50, order)
    try:
        check(order)
    except LookupError:
        pass
    charge("customer-7", "4111111111111111", "paid with 4111 1111 1111 1111")
    try:
        declined("4111111111111111")
    except ValueError:
        pass


def step(x):
    return x


def sell():
    number = 0
    while True:
        number += 1
        serve(number)
        time.sleep(0.01)


def work():
    number = 0
    while True:
        number = step(number) + 1


def divide(x):
    return 1 / x


def fail():
    threading.excepthook = lambda details: None
    while True:
        threading.Thread(target=divide, args=(0,)).start()
        time.sleep(0.05)


begin()
if "logging" in sys.argv:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
if "unhandled" in sys.argv:
    threading.Thread(target=fail, daemon=True).start()
threading.Thread(target=work if "busy" in sys.argv else sell, daemon=True).start()
ready()
wait_for_end()
