extension Server {
  /// The servers that are recognised, each with the options of its own help that take a word.
  static let known = [
    Server(
      name: "gunicorn", programs: ["gunicorn", "gunicorn.app.wsgiapp", "gunicorn_django", "gunicorn_paster"],
      valued: [
        "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "--threads", "-c", "--config", "-t", "--timeout",
        "--chdir", "-u", "--user", "-g", "--group", "-e", "--env", "--log-level", "--log-file", "--access-logfile",
        "--error-logfile", "--access-logformat", "-p", "--pid", "--max-requests", "--max-requests-jitter",
        "--keep-alive", "--graceful-timeout", "--worker-connections", "--worker-tmp-dir", "--umask", "-m",
        "--backlog", "--certfile", "--keyfile", "--statsd-host", "--statsd-prefix", "--forwarded-allow-ips",
        "--pythonpath", "--log-config", "--log-config-json", "--logger-class", "--log-syslog-to",
        "--log-syslog-prefix", "--log-syslog-facility", "--dogstatsd-tags", "--limit-request-line",
        "--limit-request-fields", "--limit-request-field_size", "--reload-engine", "--reload-extra-file",
        "--control-socket", "--control-socket-mode", "--ssl-version", "--cert-reqs", "--ca-certs", "--ciphers",
        "--root-path", "--dirty-app", "--dirty-workers", "--dirty-timeout", "--dirty-threads", "--asgi-loop",
        "--asgi-lifespan", "--http-parser", "--protocol", "--proxy-allow-from", "--uwsgi-allow-from", "--paste-global",
        "--forwarder-headers", "--header-map",
      ], naming: ["-n", "--name", "--paste", "--paster"], place: .application, workers: .alike),
    Server(
      name: "uvicorn", programs: ["uvicorn"],
      valued: [
        "--host", "--port", "--uds", "--fd", "--workers", "--loop", "--http", "--ws", "--log-level", "--log-config",
        "--lifespan", "--interface", "--root-path", "--app-dir", "--env-file", "--limit-concurrency", "--backlog",
        "--limit-max-requests", "--limit-max-requests-jitter", "--timeout-keep-alive", "--timeout-graceful-shutdown",
        "--timeout-worker-healthcheck", "--ssl-keyfile", "--ssl-certfile", "--ssl-keyfile-password", "--ssl-version",
        "--ssl-cert-reqs", "--ssl-ca-certs", "--ssl-ciphers", "--reload-dir", "--reload-include", "--reload-exclude",
        "--reload-delay", "--forwarded-allow-ips", "--header", "--ws-max-size", "--ws-max-queue",
        "--ws-ping-interval", "--ws-ping-timeout", "--ws-per-message-deflate", "--h11-max-incomplete-event-size",
      ], naming: [], place: .application, workers: .spawned(options: ["--workers", "--reload"])),
    Server(
      name: "hypercorn", programs: ["hypercorn"],
      valued: [
        "-b", "--bind", "-w", "--workers", "-k", "--worker-class", "-c", "--config", "--access-log",
        "--access-logfile", "--access-logformat", "--error-log", "--error-logfile", "--log-file", "--log-level",
        "--log-config", "--keep-alive", "--root-path", "--ca-certs", "--certfile", "--cert-reqs", "--ciphers",
        "--keyfile", "--keyfile-password", "-p", "--pid", "-u", "--user", "-g", "--group", "-m", "--umask",
        "--backlog", "--graceful-timeout", "--read-timeout", "--max-requests", "--max-requests-jitter",
        "--insecure-bind", "--quic-bind", "--server-name", "--statsd-host", "--statsd-prefix", "--verify-mode",
        "--websocket-ping-interval",
      ], naming: [], place: .application, workers: .spawned(options: ["-w", "--workers", "--reload"])),
    Server(
      name: "waitress", programs: ["waitress-serve", "waitress", "waitress.runner"],
      valued: [
        "--host", "--port", "--listen", "--threads", "--unix-socket", "--unix-socket-perms", "--url-scheme",
        "--url-prefix", "--ident", "--backlog", "--connection-limit", "--channel-timeout", "--cleanup-interval",
        "--max-request-body-size", "--max-request-header-size", "--trusted-proxy", "--trusted-proxy-count",
        "--trusted-proxy-headers", "--outbuf-overflow", "--inbuf-overflow", "--recv-bytes", "--send-bytes",
      ], naming: ["--app"], place: .application, workers: .none),
    Server(
      name: "daphne", programs: ["daphne", "daphne.cli"],
      valued: [
        "-b", "--bind", "-p", "--port", "-u", "--unix-socket", "-e", "--endpoint", "--fd", "-v", "--verbosity", "-t",
        "--http-timeout", "--websocket_timeout", "--websocket_connect_timeout", "--access-log", "--log-fmt",
        "--ping-interval", "--ping-timeout", "--application-close-timeout", "--root-path", "--proxy-headers-host",
        "--proxy-headers-port", "-s", "--server-name",
      ], naming: [], place: .application, workers: .none),
    Server(
      name: "granian", programs: ["granian"],
      valued: [
        "--host", "--port", "--interface", "--workers", "--loop", "--http", "--runtime-threads", "--blocking-threads",
        "--log-level", "--backlog", "--process-name", "--working-dir",
      ], naming: [], place: .application, workers: .spawned(options: ["--workers", "--reload", "--interface"])),
    Server(
      name: "sanic", programs: ["sanic"],
      valued: ["--host", "-H", "--port", "-p", "--workers", "-w", "--unix", "-u"],
      naming: [], place: .application, workers: .none),
    Server(
      name: "uwsgi", programs: ["uwsgi", "uwsgi-core", "pyuwsgi"],
      valued: [
        "-s", "--socket", "--http", "--http-socket", "-p", "--processes", "--workers", "--threads", "--plugin",
        "--plugins", "--chdir", "--pythonpath", "-H", "--home", "--virtualenv", "--uid", "--gid", "--logto", "-d",
        "--daemonize", "--pidfile", "--callable", "--set", "--env",
      ],
      naming: [
        "--module", "-w", "--wsgi", "--wsgi-file", "--file", "--mount", "--pyrun", "--paste", "--ini-paste", "--ini",
        "-i", "--yaml", "-y", "--json", "-j", "--xml", "-x",
      ], place: .configuration, workers: .alike),
    Server(
      name: "celery", programs: ["celery"],
      valued: [
        "-b", "--broker", "-l", "--loglevel", "-c", "--concurrency", "-P", "--pool", "-n", "--hostname", "-Q",
        "--queues", "--config", "--workdir", "-f", "--logfile", "-s", "--schedule",
      ], naming: ["-A", "--app"], place: .silent, workers: .alike),
    Server(
      name: "rq", programs: ["rq"], valued: ["-u", "--url", "-c", "--config", "-n", "--name", "-w", "--worker-class"],
      naming: [], place: .itself, workers: .none),
    Server(
      name: "dramatiq", programs: ["dramatiq"], valued: ["-p", "--processes", "-t", "--threads", "-Q", "--queues"],
      naming: [], place: .application, workers: .alike),
    Server(
      name: "huey", programs: ["huey_consumer"], valued: ["-w", "--workers", "-k", "--worker-type", "-l", "--logfile"],
      naming: [], place: .application, workers: .none),
    Server(
      name: "flask", programs: ["flask"], valued: ["--host", "-h", "--port", "-p", "-e", "--env-file"],
      naming: ["--app", "-A"], place: .silent, workers: .alike),
    Server(
      name: "quart", programs: ["quart"], valued: ["--host", "-h", "--port", "-p"], naming: ["--app", "-A"],
      place: .silent, workers: .alike),
    Server(
      name: "fastapi", programs: ["fastapi"],
      valued: ["--host", "--port", "--workers", "--root-path"], naming: ["--app", "-e", "--entrypoint"],
      place: .command, workers: .spawned(options: ["--workers", "--reload"])),
    Server(
      name: "streamlit", programs: ["streamlit"], valued: ["--server.port", "--server.address"], naming: [],
      place: .command, workers: .none),
    Server(
      name: "pyramid", programs: ["pserve"], valued: ["-n", "--app-name", "--server-name"], naming: [],
      place: .application, workers: .alike),
    Server(
      name: "aiohttp", programs: ["aiohttp.web"],
      valued: ["-H", "--hostname", "-P", "--port", "-U", "--path"], naming: [], place: .application, workers: .none),
    Server(
      name: "http.server", programs: ["http.server"], valued: [], naming: [], place: .itself, workers: .none),
    Server(
      name: "mod_wsgi", programs: ["mod_wsgi-express"], valued: ["--port", "--host", "--user", "--group"],
      naming: ["--server-root"], place: .command, workers: .alike),
  ]
}
