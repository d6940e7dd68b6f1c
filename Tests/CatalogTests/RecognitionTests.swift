import Testing

@testable import Catalog

/// Command lines and titles as real servers leave them in `/proc/PID/cmdline`.
@Suite struct RecognitionTests {
  struct Sample: CustomTestStringConvertible, Sendable {
    let words: [String]
    let name: String?
    let server: String?
    var role = Application.Role.single
    var directory: String?
    var testDescription: String { words.joined(separator: " ") }

    /// - Parameter line: words with one space between them.
    init(
      _ line: String, _ name: String?, _ server: String? = nil, role: Application.Role = .single,
      directory: String? = nil
    ) {
      self.init(words: line.split(separator: " ").map(String.init), name, server, role: role, directory: directory)
    }

    init(
      words: [String], _ name: String?, _ server: String? = nil, role: Application.Role = .single,
      directory: String? = nil
    ) {
      self.words = words
      self.name = name
      self.server = server
      self.role = role
      self.directory = directory
    }

    static func title(
      _ title: String, _ name: String?, _ server: String? = nil, role: Application.Role = .single
    ) -> Sample { Sample(words: [title], name, server, role: role) }
  }

  @Test(arguments: commandLines + wrapped + titles) func applicationsAreRecognised(sample: Sample) {
    let application = Application(arguments: sample.words, directory: sample.directory)
    #expect(application == Application(name: sample.name, server: sample.server, role: sample.role))
  }

  @Test(arguments: [
    "/usr/sbin/nginx -g daemon\u{20}off;", "bash", "/usr/bin/python3-config --libs", "pythonista run",
    "/usr/sbin/apache2 -k start", "sleep 60", "uv run python app.py",
  ])
  func otherProgramsAreNone(line: String) {
    #expect(Application(arguments: line.split(separator: " ").map(String.init)) == nil)
  }

  @Test func noWordsAreNoProgram() { #expect(Application(arguments: []) == nil) }

  @Test(arguments: [
    Sample("/usr/sbin/apache2 -k start", "apache2", "mod_wsgi"),
    Sample(words: ["httpd (mod_wsgi-express)", "-f", "/tmp/httpd.conf"], "httpd", "mod_wsgi"),
    Sample(words: ["postgres: 15/main: shop shop [local] SELECT"], "postgres"),
    Sample("/usr/bin/vim notes.txt", "vim"),
    Sample("/usr/bin/gunicorn shop:app", "shop", "gunicorn"),
    Sample(words: [], nil),
  ])
  func whatRunsPythonInsideIsCalledByItsProgram(sample: Sample) {
    #expect(Application(ofPythonIn: sample.words) == Application(name: sample.name, server: sample.server))
  }

  // MARK: - Command lines

  private static let python = "/srv/venv/bin/python3.11"

  static let commandLines: [Sample] =
    gunicorn + asgi + wsgi + workers + [
      // Plain programs.
      Sample("\(python) /srv/shop/app.py", "app"),
      Sample("\(python) app.py --port 80", "app"),
      Sample("\(python) /srv/bin/import-orders --all", "import-orders"),
      Sample("\(python) -m shop.worker", "shop.worker"),
      Sample("\(python) -mshop.worker", "shop.worker"),
      Sample("\(python) -m shop.__main__", "shop"),
      Sample("\(python) /srv/shop/__main__.py", "shop"),
      Sample("\(python) /srv/shop/", "shop"),
      Sample("\(python) ./shop.pyz serve", "shop"),
      Sample("\(python) /opt/shop.pex", "shop"),
      Sample("\(python) -u -O -X dev -W ignore::DeprecationWarning app.py", "app"),
      Sample("\(python) -uIm shop.worker", "shop.worker"),
      Sample("\(python) -Xdev -Wd --check-hash-based-pycs always app.py", "app"),
      Sample("\(python) -uW ignore app.py", "app"),
      Sample("\(python) -- app.py", "app"),
      Sample("python3.13t app.py", "app"),
      Sample("python3-dbg app.py", "app"),
      Sample("\(python) -c import\u{a0}time", nil),
      Sample("\(python) -Bc pass", nil),
      Sample("\(python) -", nil),
      Sample("\(python)", nil),
      Sample("\(python) -i", nil),
      Sample("\(python) -m", nil),
      Sample("\(python) -m http.server 8000", "http.server", "http.server"),
      Sample("\(python) -m timeit pass", "timeit"),
      // Notebooks.
      Sample("\(python) /srv/venv/bin/jupyter-lab --port 8888", "jupyter-lab", "jupyter"),
      Sample("\(python) /srv/venv/bin/jupyter-notebook", "jupyter-notebook", "jupyter"),
      Sample("\(python) -m ipykernel_launcher -f /root/kernel-1.json", "ipykernel", "jupyter"),
    ]

  private static let gunicorn = [
    Sample("\(python) /srv/venv/bin/gunicorn shop.app:app", "shop.app", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn -w 4 -k gthread --threads 4 shop.app:app", "shop.app", "gunicorn"),
    Sample("\(python) -m gunicorn --bind 0.0.0.0:8000 shop.wsgi", "shop.wsgi", "gunicorn"),
    Sample("\(python) -m gunicorn.app.wsgiapp shop:app", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn --workers=4 --bind=:80 shop:create_app()", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn -w4 -b:8000 shop:app", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn shop:app --name storefront", "storefront", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn --name=storefront shop:app", "storefront", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn -c /etc/gunicorn.conf.py", nil, "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn --preload --chdir /srv/shop wsgi:application", "wsgi", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn --new-option 0.0.0.0:80 shop.app:app", "shop.app", "gunicorn"),
    Sample("\(python) /srv/venv/bin/gunicorn --paste /etc/shop.ini", "shop", "gunicorn"),
    Sample("gunicorn shop:app", "shop", "gunicorn"),
  ]

  private static let asgi = [
    Sample("\(python) /srv/venv/bin/uvicorn shop.main:app --port 8000", "shop.main", "uvicorn"),
    Sample("\(python) /srv/venv/bin/uvicorn --host 0.0.0.0 --workers 4 main:app", "main", "uvicorn"),
    Sample("\(python) -m uvicorn --factory shop:create_app --reload", "shop", "uvicorn"),
    Sample("\(python) /srv/lib/uvicorn/__main__.py main:app", "main", "uvicorn"),
    Sample("\(python) -m hypercorn shop.asgi:app -b 0.0.0.0:80 -w 2", "shop.asgi", "hypercorn"),
    Sample("\(python) /srv/venv/bin/hypercorn --bind [::]:80 asgi:shop.web:app", "shop.web", "hypercorn"),
    Sample("\(python) /srv/venv/bin/hypercorn src/shop.py:app", "shop", "hypercorn"),
    Sample("\(python) /srv/venv/bin/daphne -b 0.0.0.0 -p 8001 shop.asgi:application", "shop.asgi", "daphne"),
    Sample("\(python) -m daphne --server-name shop-web shop.asgi:application", "shop.asgi", "daphne"),
    Sample("\(python) /srv/venv/bin/granian --interface asgi shop:app", "shop", "granian"),
    Sample("\(python) /srv/venv/bin/sanic shop.server:app --workers 4", "shop.server", "sanic"),
    Sample("\(python) /srv/venv/bin/fastapi run shop/main.py --port 80", "main", "fastapi"),
    Sample("\(python) -m aiohttp.web -H localhost -P 8080 shop.web:init", "shop.web", "aiohttp"),
  ]

  private static let wsgi = [
    Sample("\(python) /srv/venv/bin/waitress-serve --port=8080 shop:app", "shop", "waitress"),
    Sample("\(python) -m waitress --listen *:80 --call shop:create_app", "shop", "waitress"),
    Sample("\(python) /srv/venv/bin/waitress-serve --app shop.wsgi:app", "shop.wsgi", "waitress"),
    Sample("uwsgi --http :8000 --master -p 4 --module shop.wsgi:application", "shop.wsgi", "uwsgi"),
    Sample("/usr/bin/uwsgi-core --wsgi-file /srv/shop/wsgi.py --processes 4", "wsgi", "uwsgi"),
    Sample("uwsgi -w shop:app --socket /run/shop.sock", "shop", "uwsgi"),
    Sample("uwsgi --ini /usr/share/uwsgi/conf/default.ini --ini /etc/uwsgi/shop.ini", "shop", "uwsgi"),
    Sample("uwsgi /srv/shop.ini", "shop", "uwsgi"),
    Sample("uwsgi --http :80 --mount /shop=shop.wsgi:app", "shop.wsgi", "uwsgi"),
    Sample("uwsgi --mount=/=/srv/shop.py --http :80", "shop", "uwsgi"),
    Sample("uwsgi --http :80", nil, "uwsgi"),
    Sample("\(python) /srv/venv/bin/flask --app shop run --port 5000", "shop", "flask"),
    Sample("\(python) -m flask --app=shop.web:create_app run --debug", "shop.web", "flask"),
    Sample("\(python) /srv/venv/bin/flask run", nil, "flask"),
    Sample("\(python) /srv/venv/bin/pserve /etc/shop.ini", "shop", "pyramid"),
    Sample("\(python) /srv/venv/bin/mod_wsgi-express start-server shop/wsgi.py", "wsgi", "mod_wsgi"),
    // Django.
    Sample("\(python) /srv/shop/manage.py runserver 0.0.0.0:80", "shop", "django runserver"),
    Sample("python manage.py runserver", "shop", "django runserver", directory: "/srv/shop"),
    Sample("python ./manage.py runserver", "shop", "django runserver", directory: "/srv/shop"),
    Sample("python manage.py runserver --settings=shop.settings", "shop", "django runserver", directory: "/srv/x"),
    Sample("python manage.py --settings shop.settings migrate", "shop", "django migrate"),
    Sample("python manage.py", "manage", "django"),
    Sample("\(python) /srv/venv/bin/django-admin runserver", "shop", "django runserver", directory: "/srv/shop"),
    Sample("\(python) -m django runserver --settings shop.settings", "shop", "django runserver"),
  ]

  private static let workers = [
    Sample("\(python) /srv/venv/bin/celery -A shop worker -l INFO -c 8", "shop", "celery"),
    Sample("\(python) -m celery --app=shop.tasks:app worker", "shop.tasks", "celery"),
    Sample("\(python) /srv/venv/bin/celery worker", nil, "celery"),
    Sample("\(python) /srv/venv/bin/celery -A shop beat", "shop", "celery"),
    Sample("\(python) /srv/venv/bin/rq worker high low", "rq", "rq"),
    Sample("\(python) /srv/venv/bin/dramatiq -p 2 shop.tasks", "shop.tasks", "dramatiq"),
    Sample("\(python) /srv/venv/bin/huey_consumer.py shop.huey -w 4", "shop.huey", "huey"),
  ]

  static let wrapped = [
    Sample("\(python) /srv/venv/bin/ddtrace-run gunicorn shop:app", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/ddtrace-run --profiling python app.py", "app"),
    Sample("\(python) /srv/venv/bin/newrelic-admin run-program gunicorn -w 4 shop:app", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/newrelic-admin run-python -u app.py", "app"),
    Sample("\(python) /srv/venv/bin/newrelic-admin validate-config newrelic.ini", "newrelic-admin"),
    Sample("\(python) /srv/venv/bin/opentelemetry-instrument uvicorn shop:app", "shop", "uvicorn"),
    Sample(
      "\(python) /srv/venv/bin/opentelemetry-instrument --service_name web python -m flask --app shop run", "shop",
      "flask"),
    Sample("\(python) /srv/venv/bin/pyagent run -c /etc/appd.cfg -- gunicorn shop:app", "shop", "gunicorn"),
    Sample("\(python) -m coverage run --source shop -m gunicorn shop:app", "shop", "gunicorn"),
    Sample("\(python) -m debugpy --listen 5678 --wait-for-client -m uvicorn main:app", "main", "uvicorn"),
    Sample("\(python) -m debugpy --listen 5678 manage.py runserver", "manage", "django runserver"),
    Sample("\(python) -m cProfile -o out.prof /srv/shop/app.py", "app"),
    Sample("\(python) -m gevent.monkey --no-socket app.py", "app"),
    Sample("\(python) /srv/venv/bin/watchmedo auto-restart -d . -- celery -A shop worker", "shop", "celery"),
    // Around each other, and around nothing.
    Sample(
      "\(python) /srv/venv/bin/ddtrace-run newrelic-admin run-program python3 -m gunicorn shop:app", "shop", "gunicorn"),
    Sample("\(python) /srv/venv/bin/ddtrace-run", "ddtrace-run"),
    Sample("\(python) /srv/venv/bin/ddtrace-run ddtrace-run ddtrace-run", "ddtrace-run"),
  ]

  // MARK: - Titles

  static let titles: [Sample] = [
    .title("gunicorn: master [shop.app:app]", "shop.app", "gunicorn", role: .master),
    .title("gunicorn: worker [shop.app:app]", "shop.app", "gunicorn", role: .worker),
    .title("gunicorn: worker [storefront]", "storefront", "gunicorn", role: .worker),
    .title("gunicorn: dirty-arbiter", nil, "gunicorn", role: .master),
    .title("gunicorn: dirty-worker [shop]", "shop", "gunicorn", role: .worker),
    .title("gunicorn: worker ]shop[", nil, "gunicorn", role: .worker),
    Sample(words: ["(wsgi:shop)      ", "-k", "start"], "shop", "mod_wsgi", role: .worker),
    .title("(wsgi:storefron", "storefron", "mod_wsgi", role: .worker),
    .title("(wsgi:localhost:8000:1001)", "localhost:8000:1001", "mod_wsgi", role: .worker),
    .title(
      "[celeryd: celery@web1:MainProcess] -active- (-A shop worker -l info)", "shop", "celery", role: .master),
    .title(
      "[celeryd: celery@web1:MainProcess] -active- (worker --app=shop.tasks)", "shop.tasks", "celery", role: .master),
    .title("[celeryd: orders@web1:MainProcess]", "orders", "celery", role: .master),
    .title("[celeryd: celery@web1:ForkPoolWorker-12]", "celery", "celery", role: .worker),
    .title("[celery beat] -A shop beat", "shop", "celery"),
    .title("[celery beat]", nil, "celery"),
    .title("uWSGI master", nil, "uwsgi", role: .master),
    .title("uWSGI worker 2", nil, "uwsgi", role: .worker),
    .title("uWSGI http 1", nil, "uwsgi", role: .master),
    .title("shop uWSGI worker 1", "shop", "uwsgi", role: .worker),
    .title("shop-uWSGI master", "shop", "uwsgi", role: .master),
    .title("rq:worker:a1b2: Listening on default", "rq", "rq"),
    .title("airflow scheduler -- DagFileProcessorManager", "airflow", "airflow"),
  ]
}
