"""A headless Chromium, told what to do over its own protocol; no driver and no network."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS = 60  # a busy machine may take long to start it


class Tab:
    """One page in the browser."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: Any) -> None:
        self.loop, self.socket, self.number = loop, socket, 0
        self.events: list[dict[str, Any]] = []

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self.number += 1
        message = json.dumps({"id": self.number, "method": method, "params": params})
        self._wait(self.socket.write_message, message)
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.tell(f"{domain}.enable")
        self.events.clear()
        self.tell("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, expression: str) -> Any:
        """Value of an expression in the page."""
        asked = self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in asked, asked
        return asked["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press and release a key, as a person at the keyboard."""
        text = {"Enter": "\r"}.get(key, "")
        names = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.tell("Input.dispatchKeyEvent", type="keyDown", text=text, **names)
        self.tell("Input.dispatchKeyEvent", type="keyUp", **names)

    def size(self, width: int, height: int) -> None:
        """Make the window this large, in CSS pixels."""
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.tell("Emulation.setDeviceMetricsOverride", **shape)

    def media(self, *, kind: str = "", **features: str) -> None:
        """Pretend a medium (`print`) or a preference (`prefers_color_scheme="dark"`)."""
        pairs = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.tell("Emulation.setEmulatedMedia", media=kind, features=pairs)

    def _next(self) -> dict[str, Any]:
        message = self._wait(self.socket.read_message)
        assert message is not None, "the browser closed the connection"
        return json.loads(message)

    def _wait(self, begin: Callable[..., Any], *arguments: Any) -> Any:
        async def done() -> Any:
            return await asyncio.wait_for(begin(*arguments), SECONDS)

        return self.loop.run_until_complete(done())


@contextmanager
def tab(folder: Path) -> Iterator[Tab]:
    """Start the browser with its profile in `folder`, give its one tab, and end it."""
    from tornado.websocket import websocket_connect

    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [PROGRAM, *options, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(command, **quiet)
    loop = asyncio.new_event_loop()
    try:
        address = _address(folder / "DevToolsActivePort", process)
        socket = loop.run_until_complete(_first_tab(address, websocket_connect))
        yield Tab(loop, socket)
        socket.close()
    finally:
        process.terminate()
        process.wait(SECONDS)
        loop.close()


def _address(file: Path, process: subprocess.Popen[Any]) -> str:
    """Where the browser listens; it writes this into its profile when it is ready."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if file.is_file() and len(lines := file.read_text().splitlines()) == 2:
            return f"127.0.0.1:{lines[0]}"
        assert process.poll() is None, "the browser ended before it was ready"
        time.sleep(0.05)
    raise TimeoutError("the browser did not start")


async def _first_tab(address: str, connect: Any) -> Any:
    from tornado.httpclient import AsyncHTTPClient

    answer = await AsyncHTTPClient().fetch(f"http://{address}/json/list")
    pages = [page for page in json.loads(answer.body) if page["type"] == "page"]
    return await connect(pages[0]["webSocketDebuggerUrl"], max_message_size=1 << 28)
