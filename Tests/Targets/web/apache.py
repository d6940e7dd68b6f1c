"""The configuration of an Apache that serves one application by mod_wsgi, in a daemon process of four threads.

Debian builds mod_wsgi for its own Python only, so the packages must be of the same minor version.
"""

import os
import shutil
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))

MODULE = "/usr/lib/apache2/modules/mod_wsgi.so"
# The version of the Python that Debian 12 links it to.
PYTHON = (3, 11)

TEXT = """
ServerName localhost
Listen 127.0.0.1:{port}
DefaultRuntimeDir {scratch}
PidFile {scratch}/pid
Mutex file:{scratch}
ErrorLog "|$/bin/cat"
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule wsgi_module {module}
{user}
StartServers 1
ServerLimit 1
ThreadsPerChild 4
MaxRequestWorkers 4
WSGISocketPrefix {scratch}/wsgi
WSGIDaemonProcess shop processes=1 threads=4 python-path={code}:{packages} display-name=%{{GROUP}}
WSGIProcessGroup shop
{group}
WSGIScriptAlias / {code}/{application}.py
<Location "/">
  Require all granted
</Location>
"""


def configure(scratch: str, port: int, application: str, group: str) -> str:
    """Writes the configuration into `scratch`, with the directive `group`; its path.

    Started by root, Apache serves as another user, who may not be let into this checkout: what that user needs is then
    copied to where it is.
    """
    packages, code, user = sysconfig.get_paths()["purelib"], HERE, ""
    if os.geteuid() == 0:
        user = "User www-data\nGroup www-data"
        os.chmod(scratch, 0o755)
        if not everyone_may_enter(code):
            code = shutil.copytree(code, os.path.join(scratch, "code"))
        if not everyone_may_enter(packages):
            packages = shutil.copytree(packages, os.path.join(scratch, "packages"))
    path = os.path.join(scratch, "apache.conf")
    values = {"port": port, "scratch": scratch, "application": application, "module": MODULE}
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEXT.format(code=code, packages=packages, user=user, group=group, **values))
    return path


def everyone_may_enter(path: str) -> bool:
    """Whether all users may read this folder and come to it."""
    while path != "/":
        if os.stat(path).st_mode & 0o005 != 0o005:
            return False
        path = os.path.dirname(path)
    return True
