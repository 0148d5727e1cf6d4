#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kerf authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows docs/manual/tutorial.md in a real window, word by word, and prints how long each step took.

    follow.py mouse|keys PROGRAM PICTURES [FIRST STEP]

Needs an X session with a window manager and D-Bus (DISPLAY, DBUS_SESSION_BUS_ADDRESS), xdotool, ImageMagick and pyatspi;
start the program's settings empty (another HOME; with a later first step, that of a run before). Stops with what could not be found, done or seen. tests/tutorial/run
makes such a session."""

import subprocess
import sys
import time
from pathlib import Path

import pyatspi

from desk import Desk

ROOT = Path(__file__).resolve().parents[2]
PROFILE, RUN, EXPORT = 1800, 600, 120  # seconds that a loaded machine may take


class Tutorial:
    def __init__(self, pictures):
        self.text = (ROOT / "docs/manual/tutorial.md").read_text(encoding="utf-8").replace("\n", " ")
        self.read = 0
        self.pictures = Path(pictures)
        self.times = []
        self.first = int(sys.argv[4]) if len(sys.argv) > 4 else 1

    def step(self, title, work, *words):
        """One heading of the tutorial: its words must stand there, in this order."""
        for sentence in (title,) + words:
            at = self.text.find(sentence, self.read)
            if at < 0:
                raise AssertionError(f"the tutorial does not say: {sentence}")
            self.read = at
        if 1 < int(title[3:].split(".")[0]) < self.first:
            return
        begin = time.monotonic()
        work()
        self.times.append((title, time.monotonic() - begin))
        print(f"| {title} | {self.times[-1][1]:.1f} s |", flush=True)
        desk.picture(str(self.pictures / f"{len(self.times):02}.png"))


desk = Desk("kerf")


def map_():
    return desk.find("Sensitivity and format of every layer")


def chart():
    return desk.find("Pareto chart of the runs")


def runs():
    return desk.find("Runs", "table")


def bar():
    return desk.find("Plan", "tool bar")


def focused():
    desk.listen()
    return desk.focus


def holds_focus(part):
    node = focused()
    return node is not None and any(node == each for each, _ in desk.walk(part))


def press_until(key, name, times=30):
    for _ in range(times):
        if holds_focus(desk.find(name)):
            return
        desk.keys(key)
    raise AssertionError(f"{key} never brings the focus to {name!r}")


def is_idle():
    return not desk.all("Progress of the job", "progress bar")


def wait_for_job(seconds):
    time.sleep(1)  # it begins
    desk.until("the job ends", is_idle, seconds, 1)  # looking costs the program time
    time.sleep(0.5)


def row_of(run):
    return desk.find(run, "table cell", within=runs())


def walk_front(text):
    for _ in range(20):
        if text in chart().description:
            return
        desk.keys("Right")
    raise AssertionError(f"no point of the front says {text}")


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def run_exists(name):
    desk.until(f"the run {name}", lambda: desk.all(name, "table cell", within=runs()), 30)


# ---- with the mouse


def says(box, x, y, words):
    """A click there, and what a screen reader hears of the cell."""
    desk.click(box, x, y)
    return words in map_().description


def mouse(tutorial):
    def open_():
        desk.click(desk.find("Open Sample Model", "push button"))
        map_()
        if tutorial.first == 1:
            desk.click(desk.find("Leave", "push button"))

    def bytes_():
        desk.click(desk.find("Bytes", "page tab"))
        desk.find("4.54 MB", "label", part=True)
        desk.find("The largest lever", "label", part=True)

    def profile():
        desk.click(desk.find("Profile…", "push button", within=bar()))
        desk.until("what it takes", lambda: desk.all("Memory: ", "label", part=True), 30)
        desk.click(desk.find("Start Profile", "push button"))
        wait_for_job(PROFILE)

    def why():
        box = map_()
        y = next((y for y in range(25, 80, 4) if says(box, 0.4, y / 100, "down_proj")), None)
        for x in range(20, 95, 5):
            if y is not None and says(box, x / 100, y / 100, "Block 3, down_proj"):
                desk.keys("ctrl+i")
                desk.find("Nothing stands out", "label", part=True)
                return
        raise AssertionError("no cell is down_proj of block 3")

    def choose():
        desk.click(desk.find("any", "combo box", within=bar()))
        desk.keys("Down", "Return")
        desk.click(chart())
        walk_front("5.50 MB")
        desk.keys("Return")
        desk.until("the plan's size", lambda: "5.50 MB" in desk.find("Size", "filler", within=bar()).description, 20)

    def run_():
        desk.click(desk.find("Run Plan ▸", "push button", within=bar()))
        wait_for_job(RUN)
        run_exists("mixed 5.76")

    def another():
        desk.click(desk.find("Plan", "menu item"))
        desk.keys("o", "i")  # the menus' own letters; the mouse would go the same way
        time.sleep(0.5)
        desk.picture(str(tutorial.pictures / "menu.png"))
        desk.keys("Down", "Down", "Down", "Down", "Return")  # the fifth of the list
        desk.click(desk.find("Run Plan ▸", "push button", within=bar()))
        wait_for_job(RUN)
        run_exists("int4-g128")

    def compare():
        for name in ("mixed 5.76", "int4-g128"):
            cell = row_of(name)
            box = cell.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
            table = runs().queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
            desk.click(runs(), 14 / table.width, (box.y + box.height / 2 - table.y) / table.height)
        desk.click(row_of("int4-g128"))
        desk.keys("ctrl+shift+c")
        desk.find("Paired over 64 windows", "label", part=True, seconds=60)

    def read():
        desk.click(row_of("int4-g128"))
        desk.click(desk.find("Text", "page tab"))
        desk.find("Window ", "label", part=True, seconds=60)
        time.sleep(1)
        desk.keys("n")

    def export():
        desk.click(row_of("mixed 5.76"))
        desk.click(desk.find("Export ▾", "push button", within=bar()))
        desk.keys("c")
        desk.click(desk.find("Export", "push button", within=desk.find("Export mixed 5.76", "dialog")))
        desk.find("Exported: mixed 5.76", "page tab", seconds=EXPORT)

    tutorial.step("## 1. Open", open_, "Press **Open Sample Model**", "**Leave** ends it")
    tutorial.step("## 2. See where the bytes go", bytes_, "Click **Bytes** at the right", "4.54 MB", "largest lever")
    tutorial.step("## 3. Measure what is sensitive", profile, "Press **Profile…**", "Press **Start Profile**")
    tutorial.step("## 4. Ask why", why, "Click the cell of `down_proj` in block 3 and press Ctrl+I", "Nothing stands out")
    tutorial.step("## 5. Choose what it may cost", choose, "Choose *vLLM* as **Loader**", "press → until the card says *5.50 MB*; **Enter**")
    tutorial.step("## 6. Run it", run_, "Press **Run Plan ▸**")
    tutorial.step("## 7. Something to compare with", another, "Choose **Plan → One Format for All → Integers → int4-g128**", "**Run Plan ▸** again")
    tutorial.step("## 8. Compare", compare, "tick the boxes of both runs, then press Ctrl+Shift+C")
    tutorial.step("## 9. Read what got worse", read, "Select the run `int4-g128` in *Runs* and click the tab **Text**", "**N** goes to the worst token")
    tutorial.step("## 10. Take it with you", export, "Select the run `mixed 5.76` in *Runs*, press **Export ▾** and choose *Selected Run as compressed-tensors…*", "Press **Export**")


# ---- without it


def keys(tutorial):
    def open_():
        desk.keys("ctrl+shift+o")
        map_()
        if tutorial.first == 1:
            desk.find("Leave", "push button")
            desk.keys("Escape")
            desk.gone("Leave", "push button")

    def bytes_():
        press_until("F6", "Formats for the selected layers")
        for _ in range(6):
            if desk.all("The largest lever", "label", part=True):
                return
            desk.keys("ctrl+Tab")
            time.sleep(0.5)
        raise AssertionError("Ctrl+Tab never brings Bytes to the front")

    def profile():
        desk.keys("ctrl+p")
        desk.until("what it takes", lambda: desk.all("Memory: ", "label", part=True), 30)
        desk.keys("Return")
        wait_for_job(PROFILE)

    def why():
        press_until("F6", "Sensitivity and format of every layer")
        desk.keys("Home")
        for key, end in (("Up", "q_proj"), ("Down", "down_proj")):
            for _ in range(10):
                if f", {end}:" in map_().description:
                    break
                desk.keys(key)
        for _ in range(10):
            if "Block 3, down_proj" in map_().description:
                break
            desk.keys("Right")
        check("Block 3, down_proj" in map_().description, "the arrows do not reach down_proj of block 3")
        desk.keys("ctrl+i")
        desk.find("Nothing stands out", "label", part=True)

    def choose():
        for _ in range(8):
            desk.keys("F6")
            if holds_focus(bar()):
                break
        for _ in range(20):
            node = focused()
            if node is not None and node.getRoleName() == "combo box":
                break
            desk.keys("Tab")
        desk.keys("Down")
        press_until("F6", "Pareto chart of the runs")
        walk_front("5.50 MB")
        desk.keys("Return")
        desk.until("the plan's size", lambda: "5.50 MB" in desk.find("Size", "filler", within=bar()).description, 20)

    def run_():
        desk.keys("ctrl+r")
        wait_for_job(RUN)
        run_exists("mixed 5.76")

    def another():
        desk.keys("ctrl+shift+p")
        desk.type("one int4-g128")
        time.sleep(0.5)
        desk.picture(str(tutorial.pictures / "palette.png"))
        desk.keys("Return", "ctrl+r")
        wait_for_job(RUN)
        run_exists("int4-g128")

    def to_runs():
        press_until("F6", "Runs")

    def compare():
        for run in ("mixed 5.76", "int4-g128"):
            go_to(run)
            desk.keys("space")
        desk.keys("ctrl+shift+c")
        desk.find("Paired over 64 windows", "label", part=True, seconds=60)

    def go_to(run):
        to_runs()
        for key in ["Up"] * 6 + ["Down"] * 6:
            if selected_run() == run:
                return
            desk.keys(key)
        raise AssertionError(f"the arrows do not reach {run}")

    def read():
        go_to("int4-g128")
        for _ in range(8):
            desk.keys("F6")
            if holds_focus(desk.find("Views of the model")):
                break
        for _ in range(8):
            if desk.all("Window ", "label", part=True):
                break
            desk.keys("ctrl+Tab")
            time.sleep(0.5)
        desk.find("Window ", "label", part=True, seconds=60)
        desk.keys("n")

    def export():
        go_to("mixed 5.76")
        desk.keys("alt+x", "c")
        desk.find("Export mixed 5.76", "dialog")
        desk.keys("Return")
        desk.find("Exported: mixed 5.76", "page tab", seconds=EXPORT)

    tutorial.step("## 1. Open", open_, "*Keys: Ctrl+Shift+O; Esc ends the tour.*")
    tutorial.step("## 2. See where the bytes go", bytes_, "*Keys: F6 until the formats have the focus, Ctrl+Tab until Bytes is in front.*")
    tutorial.step("## 3. Measure what is sensitive", profile, "*Keys: Ctrl+P, Enter.*")
    tutorial.step("## 4. Ask why", why, "*Keys: F6 until the map has the focus, arrows, Ctrl+I.*")
    tutorial.step("## 5. Choose what it may cost", choose, "*Keys: F6 until the bar has the focus, Tab to Loader, ↓; F6 until the chart has the focus, →, Enter.")
    tutorial.step("## 6. Run it", run_, "*Keys: Ctrl+R.*")
    tutorial.step("## 7. Something to compare with", another, "*Keys: Ctrl+Shift+P, `one int4-g128`, Enter; Ctrl+R.*")
    tutorial.step("## 8. Compare", compare, "*Keys: F6 until the runs have the focus, Space on each run, Ctrl+Shift+C.*")
    tutorial.step("## 9. Read what got worse", read, "*Keys: F6 until the runs have the focus, arrows; F6 to the page, Ctrl+Tab until Text is in front; N.*")
    tutorial.step("## 10. Take it with you", export, "*Keys: Alt+X, C, Enter.*")


def selected_run():
    """The name in the row that the table's focus is in."""
    table = runs()
    grid = table.queryTable()
    for row in range(grid.nRows):
        if grid.isRowSelected(row):
            return grid.getAccessibleAt(row, 0).name
    return ""


def main():
    way, program, pictures = sys.argv[1:4]
    Path(pictures).mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    process = subprocess.Popen([program])
    try:
        desk.attach()
        desk.find("Open Sample Model", "push button")
        print(f"| {way} | time |\n|---|---|\n| the program is there | {time.monotonic() - begin:.1f} s |", flush=True)
        {"mouse": mouse, "keys": keys}[way](Tutorial(pictures))
        print(f"| together | {time.monotonic() - begin:.1f} s |")
    except AssertionError as error:
        desk.picture(str(Path(pictures) / "failed.png"))
        print(f"FAILED: {error}")
        return 1
    finally:
        process.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
