"""What is found by probes: questions to code that runs, for a time and within limits."""

import os
import re
import time
from typing import List

from .asking import DemoError, ask, display, expect, heading, say, shortened
from .graphite import Graphite
from .shop import Shop


def walk(shop: Shop, graphite: Graphite) -> None:
    heading(
        "One customer says that the shop does not let her pay. Who is served?",
        "Five customers buy, each with a card and a currency of their own, on both workers.",
    )
    words = ["traffic.py", "shop", str(shop.port), "2"]
    text = shop.traffic(*words[1:])
    display(words, text, "python3")
    expect(text, r"anna: ([1-9]\d*) of \1 purchases", r"dora: 0 of [1-9]", r"emil: ([1-9]\d*) of \1 purchases")

    shop.visitors("shop", 120)
    heading(
        "What goes wrong in her checkout? The log of a live shop has a traceback at best, and no values.",
        "A probe keeps what leaves the route, with the variables of every frame; one exception is enough.",
    )
    words = ["probe", "exceptions", "shop", "/checkout", "--hits", "1", "--for", "20s"]
    text = ask(*words, show=False)
    display(words, shortened(text, lambda line: "site-packages" not in line and "/lib/python" not in line))
    expect(
        text,
        r"withholds +card_number",
        r"KeyError\('CHF'\)",
        r"exchange_rate \S+provider\.py:\d+\n +currency = 'CHF'",
        r"order = Order\(number='\d+-\d+', article=3, cents=\d+, customer='dora', currency='CHF'\)",
        r"card_number = <redacted:card",
        r"it has had its hits",
    )
    all_proven(text)

    heading(
        "The accountants' report is slow. What does it call, and what takes the time?",
        "One request is followed through all that it calls; the others cost some hundred nanoseconds.",
    )
    words = ["probe", "trace", "shop", "/report", "--hits", "1", "--for", "20s"]
    text = ask(*words, show=False)
    display(words, shortened(text, lambda line: not re.match(r" +0\.\d% ", line)))
    expect(text, r"100\.0% report", r"9\d\.\d% +exchange_rate \d+ ms 40 calls", r"it has had its hits")
    all_proven(text)

    heading(
        "Finance asks how long payments take, by currency, in Graphite. Without a deploy?",
        "A real carbon-cache and graphite-web, started for this. What is counted is sent by ispy, not by the shop.",
    )
    graphite.open()
    timing = ["probe", "time", "shop", "shop.checkout:pay", "--by", "order.currency", "--metric", "shop.pay"]
    ending = ["--interval", "3s", "--for", "8s", "--canary", "1s"]
    text = ask(*timing, "--to", "graphite://127.0.0.1:{}".format(graphite.port), *ending)
    expect(text, r"CURRENCY +CALLS +ERRORS", r"CHF +(\d+) +\1 ", r"EUR +[1-9]\d* +0 ")
    all_proven(text)
    graphite_has(graphite, text)

    heading("And as a file for Prometheus' node_exporter:")
    path = os.path.join(graphite.folder, "shop.prom")
    ending = ["--interval", "2s", "--for", "3s", "--canary", "1s"]
    text = ask(*timing, "--to", "prometheus:" + path, *ending)
    all_proven(text)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    display([path], shortened(text, lambda line: "bucket" not in line or '"+Inf"' in line), "cat")
    expect(text, r'shop_pay\w*\{\w*currency="CHF"', r"# TYPE shop_pay\w* histogram")


def all_proven(text: str) -> None:
    """Each process that had the probe is as it was."""
    last = [
        line
        for line in text.splitlines()
        if re.match(r"process \d+, probe ", line) and "before it came here" not in line
    ]
    if not last or any("every function has its own code again" not in line for line in last):
        raise DemoError("the output above does not show that the probe went everywhere")


def graphite_has(graphite: Graphite, text: str) -> None:
    """What graphite-web says is what `ispy` has counted."""
    counted = {name: int(calls) for name, calls in re.findall(r"^([A-Z]{3}) +(\d+) ", text, re.MULTILINE)}
    target = "shop.pay.currency.*.calls"
    end = time.monotonic() + 15
    found = graphite.values(target)
    while time.monotonic() < end and {calls_of(name): sum(calls) for name, calls in found.items()} != counted:
        time.sleep(0.2)
        found = graphite.values(target)
    lines: List[str] = ["{}: {}".format(name, calls) for name, calls in sorted(found.items())]
    slowest = graphite.values("shop.pay.currency.*.p95")
    lines += ["{}: {}".format(name, values) for name, values in sorted(slowest.items())]
    say("\nWhat graphite-web draws of it, {}:\n{}".format(graphite.address(target), "\n".join(lines)))
    sums = {calls_of(name): sum(calls) for name, calls in found.items()}
    if sums != counted:
        raise DemoError("Graphite has {}, and counted was {}".format(sums, counted))
    say("\nIn Graphite are {:.0f} payments, as many as were counted.".format(sum(sums.values())))


def calls_of(name: str) -> str:
    return name.split(".")[-2]
