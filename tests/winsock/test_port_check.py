# SPDX-License-Identifier: MIT
"""sockpal-port-check: what it takes for a use of a name, and what it says, with small tables of its own and then with the
real ones."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "tools/sockpal-port-check"

WINDOWS = """\
@ headers
winsock2.h windows.h shlwapi.h
@ winsock2.h
WSARecv WSAAsyncSelect WSAIoctl send socket SOCKET AF_INET
@ winuser.h
CreateWindowExA HWND SendMessageA interface
"""
FACE = """\
~ WSAIoctl: some codes
! WSAAsyncSelect: window messages
@ headers
winsock2.h windows.h WinSock2.h
@ winsock2.h
WSARecv WSAIoctl send socket SOCKET AF_INET
"""


def load():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("port_check", str(PROGRAM))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


port_check = load()


def uses(text):
    """What is found in a source: {name: (group, lines)}."""
    tokens = list(port_check.tokens_of(text))
    tokens = list(port_check.compiled(tokens))
    report = port_check.Report(port_check.Names(WINDOWS, FACE))
    report.take("file", tokens, set(port_check.own_names(tokens)))
    return {name: (group, sorted(places["file"])) for (name, group, _), places in report.found.items()}


class WhatIsAUse(unittest.TestCase):
    def test_each_group_has_its_names_with_their_lines(self):
        found = uses("SOCKET s;\nWSARecv(s);\nWSAIoctl(s);\nWSARecv(s); WSARecv(s);\nWSAAsyncSelect(s);\nHWND w;\n")
        self.assertEqual(found, {
            "SOCKET": ("has", [1]), "WSARecv": ("has", [2, 4]), "WSAIoctl": ("partly", [3]),
            "WSAAsyncSelect": ("lacks", [5]), "HWND": ("lacks", [6]),
        })

    def test_comments_and_texts_are_skipped(self):
        self.assertEqual(uses('// HWND \\\nHWND\n/* HWND\n HWND */ const char *t = "HWND \\" HWND"; char c = \'"\';\n'), {})
        self.assertEqual(uses('auto t = R"x(HWND )" HWND)x"; auto u = u8R"(HWND)"; auto w = L"HWND";'), {})
        self.assertEqual(uses("int n = 1'000'000; // '\nHWND w;"), {"HWND": ("lacks", [2])})
        self.assertEqual(uses("/* never closed HWND"), {})

    def test_what_if_0_leaves_out_is_skipped(self):
        found = uses("#if 0 // never\n#define SendMessageA 1\nHWND a;\n#if X\nHWND b;\n#else\nHWND c;\n#endif\n#else\nSOCKET d;\n"
                     "SendMessageA(d);\n#endif\n# if 1\nSOCKET e;\n#elif X\nHWND f;\n#else\nHWND g;\n#endif\nAF_INET;\n")
        self.assertEqual(found, {"SOCKET": ("has", [10, 14]), "SendMessageA": ("lacks", [11]), "AF_INET": ("has", [20])})
        self.assertEqual(uses("#if X\n#elif 0\nHWND a;\n#else\nSOCKET b;\n#endif\n#if 01\nAF_INET;\n#endif\n#endif\n#else\n"),
                         {"SOCKET": ("has", [5]), "AF_INET": ("has", [8])})

    def test_a_word_may_go_on_in_the_next_line(self):
        self.assertEqual(uses("SOC\\\nKET a;\nAF_INET\\\n;"), {"SOCKET": ("has", [1]), "AF_INET": ("has", [3])})

    def test_lines_are_counted_behind_what_spans_several(self):
        self.assertEqual(uses("/*\n\n*/ R\"(\n)\"\n#define MINE \\\n  a \\\n  HWND\nSOCKET"),
                         {"HWND": ("lacks", [7]), "SOCKET": ("has", [8])})

    def test_a_member_or_a_name_of_another_namespace_is_none(self):
        self.assertEqual(uses("a.SendMessageA(); a->SendMessageA(); my::SendMessageA();"), {})
        self.assertEqual(uses("::SendMessageA();"), {"SendMessageA": ("lacks", [1])})

    def test_a_small_word_must_be_called(self):
        self.assertEqual(uses("int send = 3; send++; send(s);\nfunction = &socket;"),
                         {"send": ("has", [1]), "socket": ("has", [2])})

    def test_what_is_lacking_and_defined_by_the_sources_is_theirs(self):
        for definition in ("#define SendMessageA mine", "typedef int SendMessageA;", "struct SendMessageA { int x; };",
                           "using SendMessageA = int;", "typedef int (*SendMessageA)(int);",
                           "int SendMessageA(int x) { return x; }"):
            self.assertEqual(uses(f"{definition}\nSendMessageA(1);"), {}, definition)
        self.assertEqual(uses("if (SendMessageA(1)) { }"), {"SendMessageA": ("lacks", [1])})
        self.assertEqual(uses("int SendMessageA(int);"), {"SendMessageA": ("lacks", [1])})

    def test_a_window_function_is_known_without_its_letter(self):
        self.assertEqual(uses("SendMessage(1);"), {"SendMessage": ("lacks", [1])})

    def test_a_backslash_in_the_name_of_a_header_is_noticed(self):
        self.assertEqual(uses('#include "..\\net\\log.h"\n'), {r"<..\net\log.h>": ("lacks", [1])})

    def test_headers_of_mfc_and_atl_are_lacking(self):
        self.assertEqual(uses("#include <afxwin.h>\n#include <atlbase.h>\n#include \"stdafx.h\"\n"), {
            "<afxwin.h>": ("lacks", [1]), "<atlbase.h>": ("lacks", [2]),
        })

    def test_a_word_that_c_uses_otherwise_is_none(self):
        self.assertEqual(uses("int interface;"), {})


class WhatIsDifferent(unittest.TestCase):
    def test_headers_are_found_by_their_spelling(self):
        found = uses("#include <WinSock2.h>\n#include <Windows.h>\n # include \"shlwapi.h\"\n#include <stdio.h>\n")
        self.assertEqual(found, {"<WinSock2.h>": ("has", [1]), "<Windows.h>": ("lacks", [2]), "<shlwapi.h>": ("lacks", [3])})

    def test_conditions_pragmas_and_structured_exceptions_are_told(self):
        found = uses("#if defined(_WIN32)\n#pragma comment(lib, \"ws2_32\")\n#endif\n__try {\n}\n#pragma once\n")
        self.assertEqual(found, {"_WIN32": ("note", [1]), "#pragma comment": ("note", [2]), "__try": ("lacks", [4])})


class TheProgram(unittest.TestCase):
    def run_on(self, *texts, options=()):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, text in enumerate(texts):
                paths.append(Path(folder) / f"{number}.c")
                paths[-1].write_text(text, encoding="utf-8")
            command = [sys.executable, "-B", str(PROGRAM), *options, *map(str, paths)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            return done.returncode, done.stdout.replace(f"{folder}/", "")

    def test_it_ends_with_1_when_something_is_lacking(self):
        code, printed = self.run_on("HWND a;\nSOCKADDR_IN b;\n", "SOCKADDR_IN c; WSAAsyncSelect(c);\n")
        self.assertEqual(code, 1)
        self.assertRegex(printed, r"(?m)^lacks  WSAAsyncSelect 1.c:1 \(.+\)$")
        self.assertRegex(printed, r"(?m)^has    SOCKADDR_IN 0.c:2 1.c:1$")

    def test_it_ends_with_0_when_nothing_is(self):
        code, printed = self.run_on("#include <winsock2.h>\nSOCKADDR_IN a;\nint main(void) { return 0; }\n")
        self.assertEqual((code, printed.splitlines()[-1]), (0, "0 lacks, 0 partly, 0 note, 2 has"))

    def test_the_brief_form_leaves_out_what_is_there(self):
        code, printed = self.run_on("SOCKADDR_IN a;\n", options=["--brief"])
        self.assertEqual((code, printed), (0, "0 lacks, 0 partly, 0 note, 1 has\n"))

    def test_it_ends_with_2_when_it_is_used_wrongly(self):
        self.assertEqual(self.run_on()[0], 2)
        self.assertEqual(self.run_on("int a;", options=["--nonsense"])[0], 2)
        self.assertEqual(self.run_on("int a;", options=["/no/such/file"])[0], 2)

    def test_help_says_what_it_does(self):
        code, printed = self.run_on(options=["--help"])
        self.assertEqual(code, 0)
        self.assertIn("lacks", printed)

    def test_files_may_be_utf_16(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wide.c"
            for encoding in ("utf-16", "utf-8-sig"):
                path.write_text("WSAAsyncSelect(a);\r\nWSAAsyncSelect(b);\n", encoding=encoding, newline="")
                done = subprocess.run([sys.executable, "-B", str(PROGRAM), str(path)], capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stdout.split(" (")[0]), (1, f"lacks  WSAAsyncSelect {path}:1,2"))

    def test_it_goes_through_any_bytes_and_long_lines_in_time(self):
        for text in ("\0\1\2\377" * 9999, 'R"x(\n' * 9999, "typedef " * 9999, "int f(" * 9999, "WSAAsyncSelect " * 9999,
                     "{" * 9999):
            with tempfile.NamedTemporaryFile(suffix=".c") as file:
                file.write(text.encode("latin-1"))
                file.flush()
                command = [sys.executable, "-B", str(PROGRAM), "--brief", file.name]
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
                self.assertEqual((done.returncode, done.stderr), (int("WSA" in text), ""))

    def test_a_reader_may_leave(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([sys.executable, "-B", str(PROGRAM), str(PROGRAM)], stdout=write, stderr=subprocess.PIPE,
                              text=True, check=False)
        os.close(write)
        self.assertEqual(done.stderr, "")
        self.assertIn(done.returncode, (0, 1))

    def test_odd_bytes_do_not_stop_it(self):
        code, printed = self.run_on('"never closed\n\'\n#define\n#\n\\\n@$`"\nR"(')
        self.assertEqual((code, printed), (0, "0 lacks, 0 partly, 0 note, 0 has\n"))


if __name__ == "__main__":
    unittest.main()
