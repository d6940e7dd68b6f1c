"""The peers' probes on the sample, each nearest to one of ours: what probe_work.py measures beside them."""

from __future__ import annotations

import contextlib
import cProfile
import logging
import os
import time
from typing import Callable, Iterator

import probe_sample

Block = Callable[[], "contextlib.AbstractContextManager[object]"]


@contextlib.contextmanager
def datadog(where: dict, isFalse: bool = False, **more: object) -> Iterator[None]:
    """Dynamic instrumentation with one log probe, told as its backend tells it. No agent of Datadog's answers."""
    os.environ.setdefault("DD_TRACE_AGENT_URL", "http://127.0.0.1:9126")
    os.environ.setdefault("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("DD_REMOTE_CONFIGURATION_ENABLED", "false")
    from ddtrace.debugging import DynamicInstrumentation
    from ddtrace.debugging._debugger import di_config
    from ddtrace.debugging._probe.remoteconfig import ProbePollerEvent, build_probe

    logging.getLogger("ddtrace").setLevel(logging.CRITICAL)
    told: dict = {"id": "1", "version": 1, "type": "LOG_PROBE", "where": where, "template": "x", **more}
    told["segments"] = [{"str": "x"}]
    if isFalse:
        name = "amount" if "typeName" in where else "fee"
        told["when"] = {"dsl": f"{name} == -1", "json": {"eq": [{"ref": name}, -1]}}
    # Else it passes over all but 25 captures in a second, whatever the probe says.
    di_config.global_rate_limit = 1e9
    DynamicInstrumentation.enable()
    instance = DynamicInstrumentation._instance
    probe = build_probe(told)
    before = probe_sample.pay.__code__
    instance._on_configuration(ProbePollerEvent.NEW_PROBES, [probe])
    assert probe_sample.pay.__code__ is not before, "the probe is not there"
    yield
    DynamicInstrumentation.disable()


@contextlib.contextmanager
def hunted(**predicate: object) -> Iterator[None]:
    import hunter

    seen: list = []
    hunter.trace(hunter.Query(**predicate), action=seen.append)
    yield
    hunter.stop()


@contextlib.contextmanager
def profiled() -> Iterator[None]:
    profile = cProfile.Profile()
    profile.enable()
    yield
    profile.disable()


@contextlib.contextmanager
def wrapped() -> Iterator[None]:
    """A wrapper that counts and times, as agents for monitoring make them."""
    import wrapt

    totals = [0, 0]

    def timed(function: Callable, instance: object, values: tuple, keywords: dict) -> object:
        began = time.perf_counter_ns()
        try:
            return function(*values, **keywords)
        finally:
            totals[0] += 1
            totals[1] += time.perf_counter_ns() - began

    function = probe_sample.pay
    probe_sample.pay = wrapt.FunctionWrapper(function, timed)
    yield
    probe_sample.pay = function


def peers(line: int) -> dict[str, tuple[Block, int]]:
    """By name: the probe, and how many calls are a round."""
    at_line = {"sourceFile": probe_sample.__file__, "lines": [line]}
    in_function = {"typeName": "probe_sample", "methodName": "pay"}
    every = {"sampling": {"snapshotsPerSecond": 1e9}, "captureSnapshot": True}
    return {
        "ddtrace line, condition false": (lambda: datadog(at_line, True), 1000),
        "ddtrace line, skipped": (lambda: datadog(at_line, captureSnapshot=True), 1000),
        "ddtrace line log": (lambda: datadog(at_line), 1000),
        "ddtrace line snapshot": (lambda: datadog(at_line, **every), 300),
        "ddtrace function, condition false": (lambda: datadog(in_function, True), 1000),
        "ddtrace function, skipped": (lambda: datadog(in_function, captureSnapshot=True), 1000),
        "ddtrace function snapshot": (lambda: datadog(in_function, **every), 300),
        "hunter, matches nothing": (lambda: hunted(module="nothing"), 1000),
        "hunter, counts calls": (lambda: hunted(module="probe_sample", function="pay", kind="call"), 1000),
        "cProfile": (profiled, 20_000),
        "wrapt, counts and times": (wrapped, 20_000),
    }
