"""Makes a Roundup tracker in the folder that is the first argument, serves it, and prints the port.

The template is Roundup's `classic`, on SQLite. Passwords are hashed in few rounds, mail is written
to a file, and users may share an address, as in trackers that were filled from elsewhere.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from roundup.cgi.wsgi_handler import RequestDispatcher

home = Path(sys.argv[1])


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def admin(*arguments):
    program = Path(sys.prefix) / "bin" / "roundup-admin"
    subprocess.run(
        [program, "-i", home, *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


# The port is known before the tracker is: it writes its own address into what it answers.
server = make_server("127.0.0.1", 0, None, Server, Quiet)
address = f"http://127.0.0.1:{server.server_port}/"

admin("install", "classic", "sqlite")
settings = (home / "config.ini").read_text()
general, mail = settings.split("\n[mail]\n", 1)


def put(text, name, value):
    return re.sub(rf"(?m)^#?{name} =.*$", f"{name} = {value}", text)


general = put(general, "web", address)
general = put(general, "password_pbkdf2_default_rounds", 1000)
mail = put(mail, "domain", "desk.example")
mail = put(mail, "host", "localhost")
mail = put(mail, "debug", home / "mail")
(home / "config.ini").write_text(f"{general}\n[mail]\n{mail}")
(home / "detectors" / "userauditor.py").unlink()
admin("initialise", sys.argv[2])

dispatcher = RequestDispatcher(str(home))
# What is first opened by two at once may answer one of them an error.
dispatcher.tracker.open("admin").close()
server.set_app(dispatcher)
print(server.server_port, flush=True)
# Roundup's own log; nobody reads it.
os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
server.serve_forever()
