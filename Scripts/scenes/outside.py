"""What is found from outside, by reading: no code of ours runs in the shop. Only the last of these scenes attaches."""

import re
import time
from typing import Tuple

from .asking import DemoError, ask, ask_until, display, expect, heading, refuse, say, short
from .shop import SHOP, Shop


def excerpt(text: str, *functions: str) -> str:
    """Of a dump with locals: the threads that stand in these functions, as far as the shop's own frames go."""
    head, *threads = text.rstrip("\n").split("\n\n")
    shown = [head]
    for thread in threads:
        title, *lines = thread.split("\n")
        frames = [number for number, line in enumerate(lines) if re.match(r"    \S", line)]
        own = [number for number in frames if SHOP in lines[number]]
        if not own or not any("    {} (".format(function) in thread for function in functions):
            continue
        end = next((number for number in frames if number > own[-1]), len(lines))
        rest = len([number for number in frames if number >= end])
        more = ["    … and {} more frames, of the framework and the server".format(rest)] if rest else []
        shown.append("\n".join([title, *(short(line) for line in lines[:end]), *more]))
    shown.append(
        "… and {} more threads (the whole answer has {} lines)\n".format(
            len(threads) + 1 - len(shown), text.count("\n")
        )
    )
    return "\n\n".join(shown)


def count_in(answer: str) -> int:
    """The entries in an answer of `peek`: <dict: 12 entries>."""
    found = re.search(r"(\d+) entries", answer)
    if not found:
        raise DemoError("no count in " + answer)
    return int(found.group(1))


def deadlocked_worker(shop: Shop) -> int:
    for worker in shop.workers():
        if re.search("deadlock", ask("dump", worker, show=False), re.IGNORECASE):
            return worker
    raise DemoError("`ispy dump` names no deadlock in any worker")


def walk(shop: Shop) -> int:
    """Gives the worker in which two requests wait for each other."""
    heading("Which Python applications run here, and what are they?")
    text = ask("ps")
    expect(text, "shop", "gunicorn", r"\b{}\b".format(shop.master), *(r"\b{}\b".format(pid) for pid in shop.workers()))

    heading("Customers say that checkout hangs. What is in flight, since when, and where does it stand?")
    text = ask_until(lambda text: "/checkout" in text and "/restock" in text, "requests", "shop")
    expect(text, r"POST\s+/checkout", r"POST\s+/restock")

    heading(
        "Two requests stand still. What do they wait for?",
        "Nothing is stopped and no code runs in the worker: its memory is read from outside.",
    )
    hung = deadlocked_worker(shop)
    text = ask("dump", hung)
    expect(text, "deadlock", "checkout", "restock", "stock_lock|ledger_lock|lock", r"shelve", r"pay")

    heading(
        "With which values? Secrets stay where they are.",
        "The stacks hold a card number, a database password and a bearer token.",
    )
    text = ask("dump", hung, "--locals", show=False)
    display(["dump", hung, "--locals"], excerpt(text, "pay", "shelve"))
    expect(text, "card_number", "db_password", "headers", "reference")
    refuse(text, "tr0ub4dor", "4f1c9a7be2d84455a0c3")

    heading(
        "The orders page is slow. Where does it spend its time?",
        "Asked more than once, it always stands in the same loop.",
    )
    text = ask_until(lambda text: "/orders" in text, "requests", "shop")
    expect(text, r"GET\s+/orders", r"(database|orders)\.py", r"route /orders")
    visited, text = worker_at_orders(shop)
    display(["dump", visited, "--locals"], excerpt(text, "lines_of"))
    expect(text, "lines_of", "statements?", r"SELECT (title|article)")
    refuse(text, "tr0ub4dor")

    heading(
        "How much of the page's time is that? Only threads that serve it count, in every worker.",
        "Which thread serves what is read from the variables of its frames; the profile says how well that is known.",
    )
    text = ask("record", "shop", "--request", "GET /orders", "-d", "3s")
    expect(text, "only requests GET /orders", r"served GET /orders", r"lines_of", r"\d+ samples in")

    heading(
        "And what is the shop busy with, all in all?",
        "One snapshot of the live screen, of two seconds. On a terminal, ispy top shop goes on, and takes keys.",
    )
    text = ask_until(lambda text: "Session.rows" in text, "top", "shop", "--batch", "-n", "1", "--interval", "2s")
    expect(text, r"2 processes", r"% uncertain", r"DEADLOCK", r"OWN% +TOTAL%", r"database\.py", r"POST /checkout")

    heading(
        "A worker's memory grows. What grows in it?",
        "`shop.catalog.rendered` keeps a page for every address ever asked for. Two looks, a moment apart:",
    )
    worker = next(pid for pid in shop.workers() if pid != hung)
    expression = "shop.catalog.rendered"
    words = ["peek", worker, expression, "--values", "summary"]
    text = ask(*words)
    before = count_in(text)
    end = time.monotonic() + 30
    after = before
    while after <= before and time.monotonic() < end:
        time.sleep(0.25)
        text = ask(*words, show=False)
        after = count_in(text)
    display(words, text)
    if after <= before:
        raise DemoError("the cache did not grow: {} pages, then {}".format(before, after))
    say("\nIt held {} pages, and {} a moment later.".format(before, after))

    heading(
        "And where nobody knows where to look: which objects become more, and what holds them?",
        "Read from the collector's own lists, while the worker serves on.",
    )
    text = ask_until(lambda text: "shop.catalog.Page" in text, "heap", worker, "--interval", "2s", "--limit", "8")
    expect(text, "growth", r"\+\d+ +\d+ +\d+ +shop\.catalog\.Page")
    text = ask("heap", worker, "--type", "Page", "--limit", "3", "--values", "summary")
    expect(text, r"module shop\.catalog attribute rendered \(dict\)")

    heading("May this user look at this process at all, and if not, what is missing?")
    text = ask("doctor", hung)
    expect(text, r"\b{}\b".format(hung))

    heading(
        "The log says nothing of the orders page: its level is WARNING. Say more, in one worker, for three seconds.",
        "An agent goes into the running worker, sets the level, sets it back, and is gone. Nothing was prepared.",
    )
    text = ask("run", visited, "logging", "loggers", "--all", show=False)
    expect(text, r"root +WARNING", r"shop\.orders +NOTSET +WARNING")
    before = shop.log("shop.log", 100000).count("DEBUG shop.orders")
    text = ask("run", visited, "logging", "set", "shop.orders", "DEBUG", "--for", "3s")
    expect(text, r"is = DEBUG", r"reverted", r"its time was over")
    lines = [line for line in shop.log("shop.log", 100000).splitlines() if "DEBUG shop.orders" in line]
    if before or not lines:
        raise DemoError("the log has {} lines of the orders page, and had {}".format(len(lines), before))
    say("\nIn the shop's log meanwhile, {} lines such as:\n{}".format(len(lines), lines[0]))
    text = ask("doctor", visited, show=False)
    expect(text, "an agent can be attached")

    return hung


def worker_at_orders(shop: Shop) -> Tuple[int, str]:
    """A worker that has the orders page on a stack, and its dump with locals."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for worker in shop.workers():
            text = ask("dump", worker, "--locals", show=False)
            if "lines_of" in text and "SELECT" in text:
                return worker, text
        time.sleep(0.1)
    raise DemoError("no worker was seen at the orders page")
