# SPDX-License-Identifier: MIT
"""The names that C headers declare: functions, types, constants and macros, each with the header it stands in.

It reads what a compiler's preprocessor gives (-E -dD), so that the headers' own conditions have been decided. It is no
parser: it cuts the text into declarations and looks for the name in each. Not here: C++.
"""

import re
import subprocess
from collections import namedtuple

Name = namedtuple("Name", "kind header link")

MARKER = re.compile(r'# \d+ "([^"]*)"')
MACRO = re.compile(r"#define (\w+)(\([^)]*\))?(?: (.*))?")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|\w+|[^\s\w]')
WORD = re.compile(r"[A-Za-z_]\w*$")
# What stands before parentheses in a declaration and is no function.
DECORATION = {
    "__attribute__", "__declspec", "__asm__", "__asm", "asm", "__typeof__", "typeof", "_Alignas", "__extension__",
    "sizeof", "_Static_assert", "__pragma", "_Pragma",
}  # fmt: skip
KINDS = ("function", "type", "constant", "macro")


def preprocess(compiler, options, headers):
    """What the compiler makes of a file that includes these headers."""
    text = "".join(f"#include <{header}>\n" for header in headers)
    command = [*compiler, "-E", "-dD", "-x", "c", *options, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, errors="replace").stdout


def split(text):
    """Declarations and macros, in order: (header, list of tokens), or (header, match of MACRO)."""
    header, tokens, depth = "", [], 0
    for line in text.splitlines():
        marker = MARKER.match(line)
        if marker:
            header = marker[1]
        elif line.startswith("#"):
            macro = MACRO.match(line)
            if macro:
                yield header, macro
        else:
            for token in TOKEN.findall(line):
                tokens.append(token)
                depth += (token in "({[") - (token in ")}]")
                ends = token == ";" or (token == "}" and is_body(tokens))
                if depth == 0 and ends:
                    if len(tokens) > 1:
                        yield header, tokens
                    tokens = []
                elif is_linkage(tokens):
                    tokens, depth = [], 0
                elif token == "}" and depth < 0:  # The end of extern "C".
                    tokens, depth = [], 0


def is_linkage(tokens):
    return tokens[0] == "extern" and len(tokens) == 3 and tokens[1].startswith('"') and tokens[2] == "{"


def is_body(tokens):
    """Whether the braces that end here are those of a function, and no semicolon follows."""
    outside = outer(tokens)
    return "typedef" not in outside and "=" not in outside and "(" in outside


def outer(tokens):
    """The tokens that stand in no brackets, with an empty pair for each."""
    found, depth = [], 0
    for token in tokens:
        if token in ")}]":
            depth -= 1
        if depth == 0:
            found.append(token)
        if token in "({[":
            depth += 1
    return found


def without_bodies(tokens):
    """The tokens that stand in no braces."""
    found, depth = [], 0
    for token in tokens:
        depth += (token == "{") - (token == "}")
        if depth == 0:
            found.append(token)
    return found


def constants(tokens):
    """The constants of an enum that the declaration holds."""
    if "enum" not in tokens:
        return
    begin = tokens.index("enum")
    while begin < len(tokens) and tokens[begin] not in "{;":
        begin += 1
    expected, depth = True, 0
    for token in tokens[begin + 1 :]:
        if depth == 0 and token == "}":
            return
        if depth == 0 and expected and WORD.match(token):
            yield token
        depth += (token in "({[") - (token in ")}]")
        expected = depth == 0 and token == ","


def function_of(outside):
    """The name before the first parentheses that belong to a function."""
    for here, after in zip(outside, outside[1:]):
        if after == "(" and WORD.match(here) and here not in DECORATION:
            return here
    return None


def typedef_names(tokens, outside):
    """The names behind a typedef: the last word of each declarator, or that of a pointer to a function."""
    text = " ".join(without_bodies(tokens))
    names = re.findall(r"\( (?:\w+ )*\* (?:const )?(\w+) \)", text) or re.findall(r"\( \* (\w+) \) \(", text)
    words = []
    for token in outside[1:]:
        if token in (",", ";") and words:
            names.append(words[-1])
            words = []
        elif WORD.match(token) and token not in DECORATION:
            words.append(token)
        elif token == "}":
            words = []
    return names


def link_of(tokens):
    """The name for the linker that a declaration gives, or nothing."""
    for here, after in zip(tokens, tokens[2:]):
        if here == "__asm__" and after.startswith('"'):
            at = tokens.index("__asm__") + 2
            parts = []
            while tokens[at].startswith('"'):
                parts.append(tokens[at].strip('"'))
                at += 1
            return "".join(parts)
    return None


def declared(tokens):
    """What a declaration declares: (name, kind, linker name)."""
    while tokens[0] in ("__extension__", "extern", "static", "inline"):
        tokens = tokens[1:]
    for name in constants(tokens):
        yield name, "constant", None
    outside = outer(tokens)
    for here, after in zip(tokens, tokens[1:]):
        tag = here in ("struct", "union", "enum") and WORD.match(after) and after not in DECORATION
        if tag and outside[0] in (here, "typedef"):
            yield after, "type", None
            break
    if outside[0] == "typedef":
        for name in typedef_names(tokens, outside):
            yield name, "type", None
    elif "(" in outside:
        name = function_of(outside)
        if name:
            yield name, "function", link_of(tokens)


def names_of(text):
    """All names: {name: Name}. A macro counts more than what it hides, and its link is what it stands for; of several
    declarations the first counts."""
    found = {}
    for header, item in split(text):
        if isinstance(item, list):
            for name, kind, link in declared(item):
                found.setdefault(name, Name(kind, header, link))
        else:
            found[item[1]] = Name("macro", header, (item[3] or "").strip())
    return found
