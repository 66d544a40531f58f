# SPDX-License-Identifier: MIT
"""The headers of the Winsock face among those of the C and the C++ library: which are compiled together, in which order, by
which compiler, as which language. lanes.py runs it.
"""

from pathlib import Path

C_COMPILERS, CXX_COMPILERS = ("gcc", "clang"), ("g++", "clang++")
C_STANDARDS, C_USUAL = ("c99", "c11", "gnu17"), "gnu17"
CXX_STANDARDS, CXX_USUAL = ("c++11", "c++14", "c++17", "c++20"), "c++17"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wundef", "-Werror")

# What a program may define before, or on its command line.
DEFINED = {
    "": (),
    "Unicode": ("-DUNICODE", "-D_UNICODE"),
    "lean": ("-DWIN32_LEAN_AND_MEAN", "-DNOMINMAX"),
    "large sets": ("-DFD_SETSIZE=1024",),
    "WIN32": ("-DWIN32",),
    "_WIN32": ("-DWIN32", "-D_WIN32"),
    "POSIX alone": ("-D_POSIX_C_SOURCE=200809L",),
    "GNU": ("-D_GNU_SOURCE",),
    "fortified": ("-O2", "-D_FORTIFY_SOURCE=2"),
}

# The orders in which that is tried: one in which every header is, one in which C++'s own are.
DEFINED_IN = ("every header", "Winsock, then C++")

# What programs begin with.
OURS = """winsock2.h ws2tcpip.h mswsock.h mstcpip.h windows.h iphlpapi.h wspiapi.h process.h strsafe.h conio.h tchar.h
    winsock.h""".split()
C_HEADERS = """assert ctype errno fcntl float inttypes limits locale math pthread setjmp signal stdarg stdbool stddef stdint
    stdio stdlib string time unistd wchar wctype sys/types sys/stat sys/time sys/select sys/wait sys/mman poll semaphore dirent
    dlfcn getopt strings sched""".split()
CXX_HEADERS = """algorithm array atomic cassert cerrno chrono cmath condition_variable cstdio cstdlib cstring ctime cwchar deque
    exception fstream functional future iomanip iostream limits list locale map memory mutex new ostream queue random ratio
    regex set sstream stdexcept string system_error thread tuple type_traits unordered_map utility vector""".split()
CXX17_HEADERS = "any charconv filesystem optional shared_mutex string_view variant".split()
CXX20_HEADERS = "barrier bit concepts coroutine latch numbers ranges semaphore span stop_token".split()


def cxx_headers(standard):
    headers = list(CXX_HEADERS)
    if standard in ("c++17", "c++20"):
        headers += CXX17_HEADERS
    return headers + (CXX20_HEADERS if standard == "c++20" else [])


def orders(folder):
    """(name, headers by standard). Every header there is, or those that programs begin with, among the system's."""
    every = sorted(path.name for path in folder.glob("*.h"))
    system = [f"{name}.h" for name in C_HEADERS]
    for name, headers in (
        ("Winsock first", OURS + system),
        ("Winsock last", system + OURS),
        ("every header", every + system),
        ("every header last", system + every),
    ):
        yield name, (*C_STANDARDS, *CXX_STANDARDS), lambda _, headers=headers: headers
    yield "Winsock, then C++", CXX_STANDARDS, lambda standard: OURS + cxx_headers(standard)
    yield "C++, then Winsock", CXX_STANDARDS, lambda standard: cxx_headers(standard) + OURS


def alone(folder):
    """Every header by itself, as it is without a system's header before it; C of 1990 too."""
    for path in sorted([*folder.glob("*.h"), folder / "sockpal/descriptor.h"]):
        name = str(path.relative_to(folder))
        for standard in ("gnu89", "c11", CXX_USUAL):
            for compiler in CXX_COMPILERS if "++" in standard else C_COMPILERS:
                yield f"{name} alone, {compiler} {standard}", compiler, standard, (), [name]


def together(folder):
    for name, standards, headers in orders(folder):
        for standard in standards:
            for compiler in CXX_COMPILERS if "++" in standard else C_COMPILERS:
                for title, defined in DEFINED.items():
                    if not title or (name in DEFINED_IN and standard in (C_USUAL, CXX_USUAL)):
                        what = f"{name}, {compiler} {standard} {title}".strip()
                        yield what, compiler, standard, defined, headers(standard)


def compilations(folder, spellings, out):
    """What is to be run: (name, command...). The sources go to the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    sources = {}
    for name, compiler, standard, defined, headers in (*alone(folder), *together(folder)):
        text = "".join(f"#include <{header}>\n" for header in headers) + "int main(void) { return 0; }\n"
        if text not in sources:
            sources[text] = Path(out) / f"headers{len(sources)}.c"
            sources[text].write_text(text, encoding="utf-8")
        language = "c++" if "++" in standard else "c"
        flags = [f"-std={standard}", *WARNINGS, *defined, f"-I{folder}", f"-I{spellings}", "-x", language]
        yield name, compiler, *flags, "-fsyntax-only", sources[text]
