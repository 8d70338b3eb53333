"""A browser for the tests: Chromium, spoken to over two pipes in its DevTools protocol.

A message is a line of JSON that ends with a zero byte. That is all a client needs, so there is no
library for it here.
"""

import fcntl
import json
import os
import shutil
import tempfile

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip


def program():
    """The browser that is installed; `None` if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of a headless browser.

    Attributes:
        events: What the browser told of its own accord, in order.
    """

    def __init__(self, path):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs, self.out = os.pipe()
        self.inside, answers = os.pipe()
        places = [(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
        for pipe, place in ((theirs, 3), (answers, 4)):  # where Chromium looks for them
            high = fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, 10)
            os.close(pipe)
            places.append((os.POSIX_SPAWN_DUP2, high, place))
        command = [path, *QUIET, f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = os.posix_spawn(path, command, os.environ, file_actions=places)
        for _, high, _ in places[1:]:
            os.close(high)
        self.events, self.rest, self.number, self.session = [], b"", 0, None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def close(self):
        self.session = None
        self.send("Browser.close")
        os.waitpid(self.process, 0)
        os.close(self.out)
        os.close(self.inside)
        self.profile.cleanup()

    def send(self, method, **parameters):
        """Call a method, and wait for its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        """Wait for an event."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._next())

    def _next(self):
        while b"\0" not in self.rest:
            read = os.read(self.inside, 1 << 16)
            if not read:
                raise RuntimeError("the browser has ended")
            self.rest += read
        line, _, self.rest = self.rest.partition(b"\0")
        return json.loads(line)

    def open(self, file):
        """Load a file, from the start of it to the end of its scripts."""
        self.events.clear()
        self.send("Page.navigate", url=file.absolute().as_uri())
        self.wait("Page.loadEventFired")

    def run(self, code):
        """The value of an expression in the page."""
        told = self.send("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"])
        return told["result"].get("value")

    def complaints(self):
        """Errors and warnings of the console, and exceptions."""
        return [
            event["params"]
            for event in self.events
            if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")
            or (
                event.get("method") == "Runtime.consoleAPICalled"
                and event["params"]["type"] in ("error", "warning", "assert")
            )
        ]

    def requests(self):
        """What was asked for, but for the page itself and what lies in it."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked[1:] if not url.startswith("data:")]
