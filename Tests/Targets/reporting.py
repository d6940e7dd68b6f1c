"""reporting.py: an application that reports to Sentry and New Relic, where nobody listens. It answers a line
`sentry NAME` or `newrelic NAME` with that option or setting as these packages see it themselves."""

import os
import sys

import target

target.begin()
os.environ.update(
    NEW_RELIC_LICENSE_KEY="0123456789012345678901234567890123456789",
    NEW_RELIC_DEVELOPER_MODE="true",
    NEW_RELIC_APP_NAME="shop",
    NEW_RELIC_LOG="/dev/null",
)

import newrelic.agent  # noqa: E402
import sentry_sdk  # noqa: E402

sentry_sdk.init("http://key@127.0.0.1:9/1", sample_rate=0.5)
newrelic.agent.initialize()
application = newrelic.agent.register_application(timeout=30)
target.ready()
for line in sys.stdin:
    package, name = line.split()
    if package == "sentry":
        print(sentry_sdk.get_client().options[name], flush=True)
    else:
        value = application.settings
        for part in name.split("."):
            value = getattr(value, part)
        print(value, flush=True)
os._exit(0)
