# SPDX-License-Identifier: MIT
"""The table that demo_matrix.py prints: rows appear as their cells are done, the reasons of failures follow at the end.

A cell is a function that returns its text, or raises Failure.
"""

NAME_WIDTH, CELL_WIDTH = 17, 13


class Failure(Exception):
    """Why a cell fails, as a sentence."""


class Row:
    def __init__(self, table, server, client, columns):
        self.table = table
        self.name = f"{server} <- {client}"
        self.columns = columns
        self.failed = False
        print(f"{server:<{NAME_WIDTH}}{client:<{NAME_WIDTH}}", end="", flush=True)
        self.open_cells = len(list(columns))

    def _fail(self, column, failure):
        self.failed = True
        self.table.failures.append(f"{self.name}, {column}: {failure}")

    def _print(self, text):
        self.open_cells -= 1
        self.table.cells += 1
        print(f"{text:>{CELL_WIDTH}}", end="\n" if self.open_cells == 0 else "", flush=True)

    def cell(self, column, action):
        try:
            text = action()
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
        self.cells = 0

    def head(self, server, client, columns):
        cells = "".join(f"{column:>{CELL_WIDTH}}" for column in columns)
        print(f"\n{server:<{NAME_WIDTH}}{client:<{NAME_WIDTH}}{cells}", flush=True)

    def row(self, server, client, columns):
        return Row(self, server, client, columns)

    def finish(self):
        """@return the exit code"""
        print()
        for line in self.failures:
            print(f"FAILED {line}")
        print(f"{self.cells} cells, {len(self.failures)} failed")
        return 1 if self.failures else 0
