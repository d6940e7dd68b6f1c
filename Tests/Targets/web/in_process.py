"""A WSGI application on waitress or Werkzeug's own server, in this process: in_process.py SERVER MODULE PORT."""

import importlib
import sys


def main(server: str, module: str, port: int) -> None:
    application = importlib.import_module(module).application
    if server == "waitress":
        import waitress

        listener = waitress.create_server(application, host="127.0.0.1", port=port, threads=4)
        print("waitress listens", flush=True)
        listener.run()
    elif server == "werkzeug":
        from werkzeug.serving import make_server

        listening = make_server("127.0.0.1", port, application, threaded=True)
        print("werkzeug listens", flush=True)
        listening.serve_forever()
    else:
        from wsgiref.simple_server import make_server as make_plain_server

        plain = make_plain_server("127.0.0.1", port, application)
        print("wsgiref listens", flush=True)
        plain.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
