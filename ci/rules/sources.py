# SPDX-License-Identifier: MIT
"""What the rules of this folder share: reading C files, and saying what breaks a rule."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("include", "src", "tests", "examples", "bench")

COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
DEFINITION = re.compile(r"^(?!typedef|struct|enum|union|#)([a-zA-Z_][\w \t*]*?)\b(\w+)\(([^;{}]*?)\)\s*\{", re.MULTILINE)


def files(*suffixes, under=FOLDERS):
    """Our files with one of these suffixes, in order."""
    return sorted(path for folder in under for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)


def name_of(path):
    return str(path.relative_to(ROOT))


def code_of(path, keep_text=False):
    """A file without comments (and without string contents), line numbers unchanged."""

    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return "\n" * token.count("\n") or " "
        return token if keep_text else token[0] + token[0]

    return COMMENT_OR_TEXT.sub(blank, path.read_text(encoding="utf-8"))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions_of(path):
    """The functions that a file defines, in order: (name, whether it is file-local)."""
    found = DEFINITION.finditer(code_of(path))
    return [(match.group(2), "static" in match.group(1).split()) for match in found]


def finish(broken):
    """Prints what breaks the rule, and ends the program accordingly."""
    for line in broken:
        print(line)
    sys.exit(1 if broken else 0)
