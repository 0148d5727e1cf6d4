# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a window as a person does: looks for things by what a screen reader says of them (AT-SPI), moves mouse and keys
with xdotool. Needs a running X session with a window manager and D-Bus."""

import subprocess
import time

import pyatspi
from gi.repository import GLib


def run(*command):
    subprocess.run(command, check=True)


class Desk:
    def __init__(self, application):
        self.name = application
        self.app = None
        self.focus = None  # what took the focus last
        pyatspi.Registry.registerEventListener(self.on_focus, "object:state-changed:focused")

    def on_focus(self, event):
        if event.detail1:
            self.focus = event.source

    def listen(self, seconds=0.2):
        """Several widgets may say that they have the focus (the current cell of every table does): events tell."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not GLib.MainContext.default().iteration(False):
                time.sleep(0.01)

    def attach(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for app in pyatspi.Registry.getDesktop(0):
                if app is not None and app.name == self.name and app.childCount:
                    self.app = app
                    return
            time.sleep(0.2)
        raise AssertionError(f"{self.name} does not appear")

    # ---- looking

    def walk(self, node=None, depth=0):
        node = node or self.app
        yield node, depth
        try:
            count = node.childCount
            many = node.getRoleName() in ("table", "tree", "tree table", "list") and count > 400
        except Exception:  # it went away meanwhile
            return
        for i in range(min(count, 400) if many else count):
            try:
                child = node.getChildAtIndex(i)
            except Exception:
                continue
            if child is not None:
                yield from self.walk(child, depth + 1)

    def all(self, name, role=None, part=False, within=None):
        found = []
        for node, _ in self.walk(within):
            try:
                said = node.name or ""
                if (name in said if part else name == said) and (role is None or node.getRoleName() == role):
                    if node.getState().contains(pyatspi.STATE_SHOWING):
                        found.append(node)
            except Exception:
                continue
        return found

    def find(self, name, role=None, part=False, seconds=20, within=None):
        end = time.monotonic() + seconds
        while True:
            found = self.all(name, role, part, within)
            if found:
                return found[0]
            if time.monotonic() > end:
                raise AssertionError(f"nothing shown is called {name!r} ({role or 'any role'})")
            time.sleep(0.2)

    def gone(self, name, role=None, part=False, seconds=20):
        end = time.monotonic() + seconds
        while self.all(name, role, part):
            if time.monotonic() > end:
                raise AssertionError(f"{name!r} is still there")
            time.sleep(0.2)

    def until(self, what, check, seconds, every=0.3):
        end = time.monotonic() + seconds
        while not check():
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what}")
            time.sleep(every)

    def is_on(self, node):
        return node.getState().contains(pyatspi.STATE_ENABLED)

    def text(self, node):
        try:
            return node.queryText().getText(0, -1)
        except NotImplementedError:
            return node.name

    # ---- acting

    def place(self, node, x=0.5, y=0.5):
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        return int(box.x + box.width * x), int(box.y + box.height * y)

    def click(self, node, x=0.5, y=0.5, button=1, times=1):
        at = self.place(node, x, y)
        run("xdotool", "mousemove", str(at[0]), str(at[1]))
        time.sleep(0.1)
        run("xdotool", "click", "--repeat", str(times), "--delay", "60", str(button))
        time.sleep(0.3)

    def drag(self, node, start, end):
        a, b = self.place(node, *start), self.place(node, *end)
        run("xdotool", "mousemove", str(a[0]), str(a[1]), "mousedown", "1")
        for i in range(1, 21):
            x, y = a[0] + (b[0] - a[0]) * i // 20, a[1] + (b[1] - a[1]) * i // 20
            run("xdotool", "mousemove", str(x), str(y))
            time.sleep(0.02)
        run("xdotool", "mouseup", "1")
        time.sleep(0.3)

    def keys(self, *names):
        for name in names:
            run("xdotool", "key", "--clearmodifiers", name)
            time.sleep(0.15)

    def type(self, text):
        run("xdotool", "type", "--delay", "20", text)
        time.sleep(0.2)

    def picture(self, file):
        run("import", "-window", "root", file)
