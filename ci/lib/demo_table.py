# SPDX-License-Identifier: MIT
"""The table that demo_matrix.py prints: rows appear as their cells are done, the reasons of failures follow at the end.

A cell is a function that returns its text, or raises Failure, or Skipped where this machine cannot show it.
"""

NAME_WIDTH, CELL_WIDTH = 17, 13


class Failure(Exception):
    """Why a cell fails, as a sentence."""


class Skipped(Exception):
    """Why a cell cannot be shown here, as a sentence."""


class Row:
    def __init__(self, table, server, client, columns):
        self.table = table
        self.name = f"{server} <- {client}"
        self.columns = columns
        self.failed = False
        self.trouble = None
        print(f"{server:<{NAME_WIDTH}}{client:<{NAME_WIDTH}}", end="", flush=True)
        self.open_cells = len(list(columns))

    def _fail(self, column, failure):
        self.failed = True
        self.table.failures.append(f"{self.name}, {column}: {failure}")

    def _print(self, text):
        self.open_cells -= 1
        self.table.cells += 1
        print(f"{text:>{CELL_WIDTH}}", end="\n" if self.open_cells == 0 else "", flush=True)

    def prepare(self, action):
        """Something that every cell of the row needs: when it fails, they do. @return what the action returns"""
        try:
            return action()
        except (Failure, Skipped) as trouble:
            self.trouble = trouble
            return None

    def cell(self, column, action):
        try:
            if self.trouble:
                raise self.trouble
            text = action()
        except Skipped as reason:
            text = "skipped"
            self.table.skipped.append(f"{self.name}, {column}: {reason}")
        except Failure as failure:
            text = "FAILED"
            self._fail(column, failure)
        self._print(text)

    def fail_all(self, failure):
        for column in self.columns:
            self._fail(column, failure)
            self._print("FAILED")

    def check(self, action):
        """Something about the row as a whole that must hold behind its last cell."""
        try:
            action()
        except Failure as failure:
            self._fail("at the end", failure)


class Table:
    def __init__(self):
        self.failures = []
        self.skipped = []
        self.cells = 0

    def head(self, server, client, columns):
        cells = "".join(f"{column:>{CELL_WIDTH}}" for column in columns)
        print(f"\n{server:<{NAME_WIDTH}}{client:<{NAME_WIDTH}}{cells}", flush=True)

    def row(self, server, client, columns):
        return Row(self, server, client, columns)

    def finish(self):
        """@return the exit code"""
        print()
        for line in self.skipped:
            print(f"skipped {line}")
        for line in self.failures:
            print(f"FAILED {line}")
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        print(f"{self.cells} cells, {len(self.failures)} failed{skipped}")
        return 1 if self.failures else 0
