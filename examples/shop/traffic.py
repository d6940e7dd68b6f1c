"""Customers for the shop, few and bounded; standard library only.

traffic.py browse PORT [SECONDS]   visits the catalog and the orders page, by default for 60 seconds
traffic.py shop PORT [SECONDS]     customers who buy, each with a card and a currency of their own, and an accountant
                                   who reads the report; prints how many of each customer's purchases went well
traffic.py cards                   prints the numbers of the cards, one on a line, as they are typed
traffic.py buy PORT                one purchase; prints the shop's answer
traffic.py collide PORT [TRIES]    sells and restocks at the same moment, at most TRIES (30) times, until a pair of
                                   requests does not come back; exits 1 where every pair did
"""

import http.client
import itertools
import sys
import threading
import time
import urllib.parse
from typing import Callable, Dict, List, Optional

# Test numbers of the card companies': no card has them.
CARD = "4111 1111 1111 1111"
CUSTOMERS = [
    {"customer": "anna", "currency": "EUR", "card_number": "5555 5555 5555 4444"},
    {"customer": "ben", "currency": "USD", "card_number": "4000 0566 5566 5556"},
    {"customer": "chloe", "currency": "GBP", "card_number": "3782 822463 10005"},
    {"customer": "dora", "currency": "CHF", "card_number": "6011 1111 1111 1117"},
    {"customer": "emil", "currency": "EUR", "card_number": "3566 0020 2036 0505"},
]

# A request of the shop's takes well under a second; one that takes this long hangs.
PATIENCE = 5.0


def ask(
    port: int, method: str, path: str, form: Optional[Dict[str, str]] = None, patience: float = 30
) -> Optional[str]:
    """The answer's text; None where there is none in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    headers = {"User-Agent": "customer", "Cookie": "session=4f1c9a7be2d84455a0c3"}
    body = None
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body=body, headers=headers)
        return connection.getresponse().read().decode()
    except OSError:
        return None
    finally:
        connection.close()


def buy(port: int, patience: float = 30) -> Optional[str]:
    return ask(port, "POST", "/checkout", {"article": "7", "card_number": CARD}, patience)


def is_served(port: int, customer: Dict[str, str]) -> bool:
    """Whether a purchase of this customer's goes well."""
    answer = ask(port, "POST", "/checkout", {"article": "3", **customer})
    return answer is not None and '"reference"' in answer


def restock(port: int, patience: float = 30) -> Optional[str]:
    return ask(port, "POST", "/restock", {"article": "7", "pieces": "3"}, patience)


def browse(port: int, seconds: float) -> None:
    """One visitor at the catalog, one at the orders page, each one request at a time."""
    end = time.monotonic() + seconds

    def visit(paths: Callable[[int], str], pause: float) -> None:
        for number in itertools.count():
            if time.monotonic() > end:
                return
            ask(port, "GET", paths(number))
            time.sleep(pause)

    visitors = [
        threading.Thread(target=visit, args=(lambda n: "/catalog?page={}&visitor={}".format(n % 4, n), 0.05)),
        threading.Thread(target=visit, args=(lambda n: "/orders", 0.1)),
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()


def shop(port: int, seconds: float) -> None:
    """Each customer buys one book after the other; the accountant is slower."""
    end = time.monotonic() + seconds
    outcomes: Dict[str, List[bool]] = {customer["customer"]: [] for customer in CUSTOMERS}

    def buy_on(customer: Dict[str, str]) -> None:
        while time.monotonic() < end:
            outcomes[customer["customer"]].append(is_served(port, customer))
            time.sleep(0.2)

    def read_on() -> None:
        while time.monotonic() < end:
            ask(port, "GET", "/report")
            time.sleep(0.3)

    people = [threading.Thread(target=buy_on, args=(customer,)) for customer in CUSTOMERS]
    people.append(threading.Thread(target=read_on))
    for person in people:
        person.start()
    for person in people:
        person.join()
    for name, served in outcomes.items():
        print("{}: {} of {} purchases went well".format(name, sum(served), len(served)))


def collide(port: int, tries: int) -> int:
    for number in range(1, tries + 1):
        answers: List[Optional[str]] = []
        pair = [
            threading.Thread(target=lambda visit=visit, into=answers: into.append(visit(port, PATIENCE)))
            for visit in (buy, restock)
        ]
        for request in pair:
            request.start()
        for request in pair:
            request.join()
        if answers == [None, None]:
            print("try {}: neither request came back within {:.0f} seconds".format(number, PATIENCE))
            return 0
    print("all {} pairs came back".format(tries))
    return 1


def main(arguments: List[str]) -> int:
    if arguments == ["cards"]:
        print("\n".join([CARD, *(customer["card_number"] for customer in CUSTOMERS)]))
        return 0
    if len(arguments) < 2 or arguments[0] not in ("browse", "shop", "buy", "collide"):
        print(__doc__, file=sys.stderr)
        return 64
    port = int(arguments[1])
    if arguments[0] == "browse":
        browse(port, float(arguments[2]) if len(arguments) > 2 else 60)
    elif arguments[0] == "shop":
        shop(port, float(arguments[2]) if len(arguments) > 2 else 60)
    elif arguments[0] == "buy":
        print(buy(port))
    else:
        return collide(port, int(arguments[2]) if len(arguments) > 2 else 30)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
