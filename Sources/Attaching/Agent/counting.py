# What the probes do that count and time calls, and capture nothing.


def make_cells(probe: dict) -> object:
    """Where calls are counted: each thread counts for itself, so that none is lost, under a label."""
    cells, limit, other = probe["cells"], CELL_LIMIT, OTHER_LABEL
    count = 0

    def new_cell(label: object, thread: int) -> list:
        nonlocal count
        if count >= limit:
            label, thread = other, 0
        count += 1
        # Calls, errors, nanoseconds, and how many took how long; where that is known it says how many calls as well.
        return cells.setdefault(label, {}).setdefault(thread, [0, 0, 0, {}])

    return new_cell


def bucket_of(took: int) -> int:
    """Which bucket counts a time of so many nanoseconds (`LatencyHistogram`)."""
    step = took.bit_length() - 6
    return took if step <= 0 else (step << 5) + (took >> step)


CELL_LIMIT = 5000
# Below this a table says the bucket: of a call that is over so soon the way to it counts.
QUICK = 4096
LABEL_LIMIT = 100
OTHER_LABEL = ("(other)",)


def counting(probe: dict, isTimed: bool) -> dict:
    # Nothing is captured that could come to an end.
    probe["gate"]["left"] = probe["rate"] = 1
    grant, gate = make_limiter(probe), probe["gate"]
    new_cell = make_cells(probe)
    clock, identity = time.monotonic_ns, original("get_ident")
    labels = [compiled(tree) for tree in probe["trees"].get("labels", [])]
    names = tuple(sorted({name for _, own, _ in labels for name in own}))
    for _, _, specials in labels:
        check_names(probe, names, specials, SPECIALS)
    label_of = make_label(probe, labels, names) if labels else None
    cell_of, cells_of = probe["cells"].setdefault(None, {}).get, probe["cells"].get
    none: dict = {}
    buckets, quick, bucket_for = tuple(map(bucket_of, range(QUICK))) if isTimed else (), QUICK, bucket_of
    absent = KeyError
    passes = 0

    def passed(result: object, began: int, values: tuple, error: object = None) -> list | None:
        """Counts a call, and says where."""
        nonlocal passes
        took = clock() - began
        if passes <= 0:
            passes = grant()
            if passes <= 0:
                return None
        passes -= 1
        thread = identity()
        if label_of is None:
            # All this uses no name of the text's; so where the probe has just ended the call is counted yet.
            cell = cell_of(thread)
            if cell is None:
                cell = new_cell(None, thread)
        elif gate["isClosed"]:
            return None
        else:
            label = label_of(values, result, error, took)
            cell = cells_of(label, none).get(thread) or new_cell(label, thread)
        cell[2] += took
        if not isTimed:
            cell[0] += 1
            return cell
        counts = cell[3]
        bucket = buckets[took] if took < quick else bucket_for(took)
        try:
            counts[bucket] += 1
        except absent:
            counts[bucket] = 1
        return cell

    def failed(error: BaseException, began: int, values: tuple) -> None:
        cell = passed(None, began, values, error)
        if cell is not None and type(error) is not GeneratorExit:
            cell[1] += 1

    given = {"@clock": clock, "@passed": passed, "@failed": failed}
    return {"body": AROUND, "given": given, "values": names}


def make_label(probe: dict, labels: list, names: tuple) -> object:
    places = [([names.index(name) for name in own], specials, evaluate) for evaluate, own, specials in labels]
    known: set = set()

    def label_of(values: tuple, result: object, error: object, took: int) -> tuple:
        parts = []
        for indexes, specials, evaluate in places:
            special = known_specials(specials, result, error, took)
            try:
                value = evaluate(*[values[index] for index in indexes], *special)
            except LookupError as reason:
                undecided_hit(probe, reason)
                value = "(undecided)"
            isShort = is_exactly(value, bool, float, str) or type(value) is int and value.bit_length() <= 256
            parts.append(str(value)[:100] if isShort else "(%s)" % type_title(type(value)))
        label = tuple(parts)
        if label not in known:
            if len(known) >= LABEL_LIMIT:
                return OTHER_LABEL
            known.add(label)
        return label

    return label_of
