# The plugin `sentry`: what of the application's errors and transactions goes to Sentry, and to change that for a time
# (sentry-sdk 2: the client's options are asked at each event).

SENTRY_SHOWN = ("release", "environment", "debug", "sample_rate", "traces_sample_rate", "profiles_sample_rate")
SENTRY_RATES = ("sample_rate", "traces_sample_rate", "profiles_sample_rate")


def sentry_options() -> dict:
    module = sys.modules.get("sentry_sdk.scope")
    if module is None:
        raise refusal("the application does not use sentry_sdk")
    scope = fields(module).get("_global_scope")
    if scope is None:
        raise refusal("sentry_sdk is not initialised, or older than 2.0")
    # A slot: nothing of the object runs.
    client = object.__getattribute__(scope, "client")
    options = fields(client).get("options")
    if type(options) is not dict or not options:
        raise refusal("sentry_sdk is not initialised")
    return options


def show_sentry(state: dict, arguments: dict) -> dict:
    options = sentry_options()
    return {name: setting_text(options.get(name)) for name in SENTRY_SHOWN}


def set_sentry(state: dict, arguments: dict) -> dict:
    options = sentry_options()
    name = arguments["option"]
    wanted = sentry_value(name, arguments["value"])
    before = options.get(name)
    values = {setting_text(before): before, setting_text(wanted): wanted}

    def read() -> str:
        return setting_text(options.get(name))

    def write(text: str) -> None:
        options[name] = values[text]

    return change(state, "option %s of sentry" % name, read, write, setting_text(wanted), arguments["for"])


def sentry_value(name: str, text: str) -> object:
    if name == "debug":
        if text not in ("on", "off"):
            raise refusal("debug is on or off")
        return text == "on"
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise refusal("%s is a number from 0 to 1" % name)
    return rate


COMMANDS["sentry show"] = {
    "run": show_sentry,
    "rung": "probe",
    "summary": "Show what of errors and transactions goes to Sentry",
    "discussion": "Shows release and environment, the rates at which errors, transactions and profiles are sent, and "
    "whether the client says on standard error what it does.",
    "parameters": [],
    "cost": "reads the client's options",
    "examples": [["ispy run shop sentry show", "in each worker of shop"]],
}
COMMANDS["sentry set"] = {
    "run": set_sentry,
    "rung": "change",
    "summary": "Set a rate or the debug switch of Sentry's client for a time",
    "discussion": "Sets one option of the client, which it asks at each event, and sets it back when the time is "
    "over, when the agent goes, or when ispy or the gateway ends, however that happens.",
    "parameters": [
        {"name": "option", "kind": "choice", "choices": [*SENTRY_RATES, "debug"], "help": "which one"},
        {"name": "value", "kind": "text", "help": "a rate from 0 to 1; on or off for debug"},
        {"name": "for", "kind": "duration", "default": "10m", "help": "how long"},
    ],
    "cost": "as much as the client then sends",
    "examples": [["ispy run shop sentry set traces_sample_rate 1 --for 5m", "every transaction, for five minutes"]],
}
