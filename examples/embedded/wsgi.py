"""A WSGI application that loads the agent itself: `gunicorn wsgi:application`, then `ispy ispyd.ini`."""

import os
import time

import flask
from ispyd.manager import ShellManager
from ispyd.plugins.wsgi import WSGIApplicationWrapper

config_file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ispyd.ini")
shell_manager = ShellManager(config_file)

application = flask.Flask(__name__)
application.wsgi_app = WSGIApplicationWrapper(application.wsgi_app)


@application.route("/")
def hello() -> str:
    time.sleep(0.05)
    return flask.render_template_string("Hello World!")


@application.route("/fails")
def fails() -> str:
    raise RuntimeError("planted")


if __name__ == "__main__":
    application.run(port=int(os.environ.get("PORT", "5000")))
