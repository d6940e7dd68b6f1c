# The plugin `sqlalchemy` (1.4 and later): the pools of engines, which connections are out of them, and by which stacks.

import weakref


def sqlalchemy_objects(*more: tuple) -> dict:
    """Every engine, every connection and whatever else is asked for, by the name of its class: one look for all. And by
    address the names of the engines that are variables of modules."""
    engine = known_class("sqlalchemy.engine.base", "Engine", "sqlalchemy")
    classes = {"Engine": engine}
    for module, name in (("sqlalchemy.pool.base", "_ConnectionRecord"), *more):
        kind = attribute(sys.modules.get(module), name)
        if is_a(kind, type):
            classes[name] = kind
    variables = variables_of_modules(engine)
    found: dict = {name: [] for name in [*classes, *(name for _, name in more)]}
    found["Engine"] = [thing for thing, _ in variables]
    found["names"] = {id(thing): name for thing, name in variables}
    for thing in tracked(*classes.values()):
        name = next(name for name, kind in classes.items() if is_a(thing, kind))
        if id(thing) not in found["names"]:
            found[name].append(thing)
    return found


def pool_owners(found: dict) -> dict:
    """Pools by address, each with its engine and a name: an engine and its options share one."""
    owners: dict = {}
    for engine in found["Engine"]:
        pool = attribute(engine, "pool")
        if pool is not None and id(pool) not in owners:
            owners[id(pool)] = (pool, engine, found["names"].get(id(engine), "engine %d" % (len(owners) + 1)))
    return owners


def url_parts(engine: object) -> dict:
    """Where an engine connects to, without user, password and whatever else its URL says."""
    url = attribute(engine, "url")
    parts = list(tuple.__iter__(url)) if is_a(url, tuple) else []
    driver, _, _, host, port, database = parts[:6] if len(parts) >= 6 else [None] * 6
    return {
        "driver": clean(driver),
        "host": clean(host),
        "port": port if type(port) is int else None,
        "database": clean(database),
    }


def records_out(found: dict) -> list:
    """What pools keep of connections that are out, the oldest first. Up to 2.0 there is a list of them."""
    kept = attribute(sys.modules.get("sqlalchemy.pool.base"), "_strong_ref_connection_records")
    records = [record for _, record in items_of(kept)] + found["_ConnectionRecord"]
    out = {id(record): record for record in records if attribute(record, "fairy_ref") is not None}
    return sorted(out.values(), key=lambda record: number_of(attribute(record, "starttime")) or 0)


def number_of(value: object) -> object:
    return value if is_exactly(value, int, float) else None


def length_of(queue: object) -> int | None:
    return len(queue) if type(queue) is attribute(sys.modules.get("collections"), "deque") else None


def queue_counts(pool: object) -> dict:
    """Of a pool that is a queue: those of any other are not counted by it."""
    queue = attribute(pool, "_pool")
    size, overflow = number_of(attribute(queue, "maxsize")), number_of(attribute(pool, "_overflow"))
    idle = length_of(attribute(queue, "queue"))
    if idle is None:
        # That of asyncio is inside of another.
        idle = length_of(attribute(attribute(queue, "_queue"), "_queue"))
    if None in (size, overflow, idle):
        return {}
    return {
        "size": size,
        "checked_in": idle,
        "checked_out": size - idle + overflow,
        "overflow": max(overflow, 0),
        "max_overflow": number_of(attribute(pool, "_max_overflow")),
        "timeout": told(attribute(pool, "_timeout")),
        "waiting": length_of(attribute(attribute(queue, "not_empty"), "_waiters")),
    }


def show_pools(state: dict, arguments: dict) -> dict:
    found = sqlalchemy_objects()
    owners = pool_owners(found)
    pools_out = [id(attribute(record, "_ConnectionRecord__pool")) for record in records_out(found)]
    names = ("size", "checked_in", "checked_out", "overflow", "max_overflow", "timeout", "waiting")
    rows = []
    for address, (pool, engine, name) in owners.items():
        counts = dict.fromkeys(names, None)
        counts["size"] = number_of(attribute(pool, "size"))
        counts["checked_out"] = pools_out.count(address)
        counts.update(queue_counts(pool))
        rows.append({"engine": name, **url_parts(engine), "pool": type_name(pool), **counts})
    shown, left = fitting(rows)
    return {"left_out": left, "pools": shown}


def session_connections(session: object) -> list:
    """The connections that a session's transactions have in use."""
    connections = []
    step = attribute(session, "_transaction", "transaction")
    for _ in range(20):
        for _, entry in items_of(attribute(step, "_connections")):
            connections += sequence(entry)[:1]
        step = attribute(step, "_parent")
    return connections


def show_checkouts(state: dict, arguments: dict) -> dict:
    found = sqlalchemy_objects(
        ("sqlalchemy.engine.base", "Connection"),
        ("sqlalchemy.orm.session", "Session"),
        ("sqlalchemy.util._collections", "ScopedRegistry"),
        ("greenlet", "greenlet"),
        ("types", "CoroutineType"),
    )
    records = records_out(found)
    wanted, scopes = checked_out_by(records, found)
    if not records:
        held, unknown = [], ""
    elif not getattr(sys, "_is_gil_enabled", lambda: True)():
        held, unknown = [], "not looked for without the GIL"
    else:
        held = holders_of(wanted, scopes, found["greenlet"], found["CoroutineType"])
        unknown = "not found: no frame holds it"
    names = {address: name for address, (_, _, name) in pool_owners(found).items()}
    rows = []
    for number, record in enumerate(records):
        began = number_of(attribute(record, "starttime"))
        connection = attribute(record, "dbapi_connection", "connection")
        row = {
            "connection": number + 1,
            "engine": names.get(id(attribute(record, "_ConnectionRecord__pool")), "of a pool that no engine has"),
            "type": class_name(type(connection)),
            "connected_seconds": int(time.time() - began) if began else None,
        }
        holders = [(name, frames) for held_number, name, frames in held if held_number == number]
        for name, frames in holders or [(unknown, [])]:
            rows.append({**row, "holder": name, "stack": stack_text(frames)})
    shown, left = fitting(rows)
    return {"left_out": left, "checkouts": shown}


def checked_out_by(records: list, found: dict) -> tuple:
    """By address of whatever stands for a connection that is out: the number of its record; and by key the same of
    sessions that are kept for a scope."""
    wanted: dict = {}
    for number, record in enumerate(records):
        fairy = attribute(record, "fairy_ref")
        fairy = fairy() if type(fairy) is weakref.ref else None
        for thing in (record, fairy, attribute(record, "dbapi_connection", "connection")):
            if thing is not None:
                wanted[id(thing)] = number
    for connection in found["Connection"]:
        number = wanted.get(id(attribute(connection, "_dbapi_connection")))
        if number is not None:
            wanted[id(connection)] = number
    for session in found["Session"]:
        for connection in session_connections(session):
            if id(connection) in wanted:
                wanted[id(session)] = wanted[id(connection)]
    scopes = {}
    for registry in found["ScopedRegistry"]:
        for key, session in items_of(attribute(registry, "registry")):
            if id(session) in wanted:
                scopes[key if type(key) is int else id(key)] = wanted[id(session)]
    # What is known by the address of something else is found where that is.
    wanted.update(scopes)
    return wanted, scopes


COMMANDS["sqlalchemy pools"] = {
    "run": show_pools,
    "rung": "probe",
    "summary": "Show the connection pools of SQLAlchemy's engines",
    "discussion": "Shows of each engine where it connects to, and of its pool the size, the connections that wait in "
    "it and that are out, how many of these are over the size and how many may be, the seconds that a thread waits for "
    "one, and how many threads wait now. For SQLAlchemy 1.4 and later.",
    "parameters": [],
    "cost": ALL_COST,
    "examples": [["ispy run shop sqlalchemy pools", "in each worker of shop"]],
}
COMMANDS["sqlalchemy checkouts"] = {
    "run": show_checkouts,
    "rung": "probe",
    "summary": "Show which connections are out of SQLAlchemy's pools, and by which stacks",
    "discussion": "Shows each connection that is out of its pool, how many seconds ago it was made (SQLAlchemy keeps "
    "no note of when it was taken), and who holds it, or a session that uses it: a thread, or a greenlet or coroutine "
    "that waits, with its stack, innermost frame first. Where several hold it, each is shown. What a thread keeps for "
    "itself in a thread-local session is not found, nor are the variables of a thread on a Python without GIL.",
    "parameters": [],
    "cost": ALL_COST + "; and reads the variables of all frames where a connection is out",
    "examples": [["ispy run shop sqlalchemy checkouts", "who holds the connections that the others wait for"]],
}
