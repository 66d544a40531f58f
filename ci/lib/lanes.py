# SPDX-License-Identifier: MIT
"""The lanes of ci/test: what each builds, runs and checks. How results are read and shown stands in report.py.

A lane is a function that takes a Lane and returns a list of Checks. Its commands and all they print go to a log of its
own; the console sees one line for each lane, then what failed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import report
import winsock_headers
from report import FAILED, PASSED, SKIPPED, Check

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(os.environ.get("SOCKPAL_OUT", ROOT / "out")).absolute()
CACHE = Path(os.environ.get("SOCKPAL_CACHE", ROOT / ".cache")).absolute()
JOBS = os.cpu_count() or 2
FUZZ_SECONDS = 5
# Other versions of clang-format and clang-tidy judge otherwise.
JUDGES_VERSION = "14"


class Lane:
    """One lane's place on disk, and how it runs commands."""

    def __init__(self, name):
        self.name = name
        self.folder = OUT / name
        OUT.mkdir(parents=True, exist_ok=True)
        self.log = open(OUT / f"{name}.log", "w", encoding="utf-8", errors="replace")

    def run(self, *command, cwd=ROOT, env=None, seconds=900):
        """Runs a command to its end. Gives its exit code and what it printed."""
        words = [str(word) for word in command]
        self.log.write("$ " + " ".join(words) + "\n")
        self.log.flush()
        try:
            done = subprocess.run(
                words,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
            code, text = done.returncode, done.stdout.decode("utf-8", "replace")
        except FileNotFoundError:
            code, text = 127, f"{words[0]}: there is no such program\n"
        except subprocess.TimeoutExpired as late:
            code, text = 124, (late.stdout or b"").decode("utf-8", "replace") + f"\nno end within {seconds} s\n"
        self.log.write(text)
        self.log.flush()
        return code, text

    def check(self, name, *command, **options):
        """A command whose exit code is a result of its own."""
        begin = time.monotonic()
        code, text = self.run(*command, **options)
        message = "" if code == 0 else f"exit code {code}\n" + report.telling(text, 40)
        return Check(name, PASSED if code == 0 else FAILED, message, time.monotonic() - begin)

    def steps(self, name, *commands, **options):
        """Commands that are one check together, and end at the first that fails."""
        result = Check(name, PASSED)
        for command in commands:
            step = self.check(name, *command, **options)
            result.seconds += step.seconds
            if step.outcome == FAILED:
                result.outcome, result.message = FAILED, " ".join(map(str, command[:3])) + " ...\n" + step.message
                break
        return result


def sources(*suffixes):
    """Every file of ours with one of these suffixes."""
    folders = ("include", "src", "tests", "examples", "bench")
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)


def in_parallel(function, items):
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(function, items))


# ------------------------------------------------------------------------------------------------- building and testing


def configure(preset, folder, *options):
    return ["cmake", "--preset", preset, "-B", folder, "-G", "Ninja", "-DSOCKPAL_WERROR=ON", *options]


def build(lane, preset, *options, target="all"):
    return lane.steps(
        "build",
        configure(preset, lane.folder, *options),
        ["cmake", "--build", lane.folder, "-j", JOBS, "--target", target],
    )


def cmocka_for_windows():
    """The source tree that ci/install has unpacked."""
    found = sorted((CACHE / "cmocka").glob("cmocka-*"))
    return f"-DCMOCKA_SOURCE_DIR={found[-1]}" if found else "-DSOCKPAL_FETCH_CMOCKA=OFF"


def run_ctest(lane, *selection):
    junit = OUT / f"{lane.name}-ctest.xml"
    junit.unlink(missing_ok=True)
    size = "--test-output-size-"
    command = ["ctest", "--test-dir", lane.folder, "-j", 2 * JOBS, "--no-tests=error", *selection]
    command += ["--output-junit", junit, size + "passed", 100000000, size + "failed", 100000000]
    code, text = lane.run(*command, seconds=1800)
    if not junit.exists():
        return [Check("ctest", FAILED, f"exit code {code}\n" + report.tail(text, 60))]
    lane.log.write(junit.read_text(encoding="utf-8", errors="replace"))
    return report.ctest_checks(junit)


def build_and_test(lane, preset, *options, selection=()):
    built = build(lane, preset, *options)
    return [built] + (run_ctest(lane, *selection) if built.outcome == PASSED else [])


def lane_gcc(lane):
    """Without what the lane winsock runs of the same build."""
    return build_and_test(lane, "gcc", selection=["--label-exclude", "^winsock$"])


def lane_winsock(lane):
    """The face's tests, from the build of the lane gcc; its headers in both languages, in every order."""
    lane.folder = OUT / "gcc"
    checks = build_and_test(lane, "gcc", selection=["--label-regex", "^winsock$"])
    if len(checks) > 1:
        spellings = lane.folder / "winsock-spellings"
        work = winsock_headers.compilations(ROOT / "include/winsock", spellings, OUT / "winsock")
        checks += in_parallel(lambda item: lane.check(*item), work)
    return checks


def lane_clang(lane):
    """Without the machine's test: it is long and deterministic, and the lanes gcc and asan run it."""
    return build_and_test(lane, "clang", selection=["--exclude-regex", "^machine_"])


# What Linux has and macOS lacks.
NOT_PLAIN = "accept4 pipe2 eventfd epoll_create1 epoll_ctl epoll_wait pthread_condattr_setclock"


def plain_calls(lane):
    """The library makes do with the system calls that macOS has; the doubles, which stand for a system, need not."""
    code, text = lane.run("nm", "--print-file-name", "--undefined-only", lane.folder / "libsockpal.a")
    doubles = tuple(f"libsockpal.a:{path.name}.o" for path in (ROOT / "tests/support").glob("*/*.c"))
    ours = [line for line in text.splitlines() if not any(double in line for double in doubles)]
    found = [line for line in ours if line.split()[-1:] and line.split()[-1].split("@")[0] in NOT_PLAIN.split()]
    return Check("system calls that macOS lacks", FAILED if code or found or not ours else PASSED, "\n".join(found))


def lane_kqueue(lane):
    """Without what has nothing to do with the backend."""
    checks = build_and_test(lane, "kqueue", selection=["--exclude-regex", "^(machine|fuzz)_"])
    return checks + ([plain_calls(lane)] if len(checks) > 1 else [])


def lane_asan(lane):
    return build_and_test(lane, "asan")


def lane_tsan(lane):
    return build_and_test(lane, "tsan")


def lane_mingw(lane):
    started = lane.check("wine starts", ROOT / "ci/wine-run", "--start")
    if started.outcome == FAILED:
        return [started]
    try:
        return [started] + build_and_test(lane, "mingw", cmocka_for_windows())
    finally:
        lane.run(ROOT / "ci/wine-run", "--stop")


def lane_mingw32(lane):
    return [build(lane, "mingw32")]


def lane_fuzz_smoke(lane):
    """Each fuzzer for a few seconds, from its corpus if it has one, each time with the same seed."""
    built = build(lane, "fuzz", target="fuzzers")
    if built.outcome == FAILED:
        return [built]

    def smoke(source):
        name = source.stem
        found = lane.folder / "corpus" / name
        found.mkdir(parents=True, exist_ok=True)
        limits = [f"-max_total_time={FUZZ_SECONDS}", "-seed=1", "-timeout=10", "-rss_limit_mb=2048"]
        given = [path for path in [source.parent / "corpus" / name] if path.is_dir()]
        return lane.check(name, lane.folder / "tests/fuzz" / name, *limits, found, *given, cwd=lane.folder)

    return [built] + in_parallel(smoke, sorted((ROOT / "tests/fuzz").glob("fuzz_*.c")))


# ------------------------------------------------------------------------------------- systems that cannot be run here

# By Zig's C compiler, which brings every system's headers and libraries: CMake's name of the system, and what is built. Later
# versions bring those of later systems.
ZIG = "ziglang~=0.15.1"
ZIG_TARGETS = {
    "x86_64-macos-none": ("Darwin", "echo_server_async"),
    "aarch64-macos-none": ("Darwin", "echo_server_async"),
    "x86_64-freebsd.14.0": ("FreeBSD", "echo_server_async"),
    "x86_64-netbsd.10.1": ("NetBSD", "echo_server_async"),
    "aarch64-windows-gnu": ("Windows", "sockpal_static"),
    "x86_64-linux-musl": ("Linux", "sockpal_winsock_static"),
}


def zig_python(lane):
    """A Python that has Zig, in the cache; null and the reason where it cannot be had."""
    home = CACHE / "zig"
    python = home / "bin/python3"
    if lane.run(python, "-m", "ziglang", "version")[0] == 0:
        return python, ""
    shutil.rmtree(home, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", home], [python, "-m", "pip", "install", "--quiet", ZIG]):
        code, text = lane.run(*command, seconds=300)
        if code != 0:
            return None, f"{ZIG} cannot be installed: {report.tail(text, 1)}"
    return python, ""


def zig_tool(lane, python, name, *words):
    """CMake wants compilers and archivers to be programs of their own."""
    path = lane.folder / name
    path.write_text("#!/bin/sh\nexec " + " ".join(map(str, [python, "-m", "ziglang", *words])) + ' "$@"\n')
    path.chmod(0o755)
    return path


def lane_zig(lane):
    """Compiles for the systems that have kqueue, and links a program; compiles for two relatives of what is run here."""
    lane.folder.mkdir(parents=True, exist_ok=True)
    python, reason = zig_python(lane)
    if python is None:
        return [Check(f"compile for {target}", SKIPPED, reason) for target in ZIG_TARGETS]
    env = {"ZIG_GLOBAL_CACHE_DIR": str(CACHE / "zig-cache"), "ZIG_LOCAL_CACHE_DIR": str(CACHE / "zig-cache")}
    tools = {tool: zig_tool(lane, python, f"zig-{tool}", tool) for tool in ("ar", "ranlib")}

    def compile_for(item):
        target, (system, program) = item
        # Linking, which CMake would try even for a library alone, makes Zig build half a system first.
        only = ["-c"] if program.endswith("_static") else []
        compiler = zig_tool(lane, python, f"cc-{target}", "cc", "-target", target, *only)
        folder = lane.folder / target
        options = [f"-DCMAKE_SYSTEM_NAME={system}", f"-DCMAKE_C_COMPILER={compiler}", f"-DCMAKE_AR={tools['ar']}"]
        options += [f"-DCMAKE_RANLIB={tools['ranlib']}", "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY"]
        options += ["-DSOCKPAL_TESTS=OFF", "-DSOCKPAL_WERROR=ON", "-DCMAKE_BUILD_TYPE=Release"]
        return lane.steps(
            f"compile for {target}",
            ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", *options],
            ["cmake", "--build", folder, "-j", 1, "--target", program],
            env=env,
        )

    return in_parallel(compile_for, ZIG_TARGETS.items())


# ------------------------------------------------------------------------------------------------------- rules of style


def judge(lane, tool):
    """The program of the version that counts, or null and a check that says why there is none."""
    for name in (f"{tool}-{JUDGES_VERSION}", tool):
        code, text = lane.run(name, "--version")
        if code == 0 and re.search(rf"version {JUDGES_VERSION}\.", text):
            return name, []
    return None, [Check(tool, SKIPPED, f"there is no {tool} of version {JUDGES_VERSION} here")]


def lane_format(lane):
    program, skipped = judge(lane, "clang-format")
    files = sources(".c", ".h", ".cpp")
    return skipped or [lane.check("clang-format", program, "--dry-run", "--Werror", *files)]


def lane_layers(lane):
    """Every program of ci/rules is one rule; it prints what breaks it."""
    rules = [path for path in sorted((ROOT / "ci/rules").iterdir()) if os.access(path, os.X_OK) and path.is_file()]
    return [lane.check(f"rule {rule.name}", rule, env={"SOCKPAL_OUT": str(OUT), "SOCKPAL_CACHE": str(CACHE)}) for rule in rules]


def tidy_files(folder):
    """What a build folder compiles, each file once: the library is compiled twice. The spikes break rules on purpose."""
    entries = json.loads((folder / "compile_commands.json").read_text())
    ours = ("src", "examples", "bench", "tests")
    files = {Path(entry["file"]).resolve() for entry in entries}
    inside = [file for file in files if file.is_relative_to(ROOT) and "spike" not in file.parts]
    return sorted(file for file in inside if file.relative_to(ROOT).parts[0] in ours)


def lane_tidy(lane):
    """clang-tidy on everything that Linux compiles, then on what is for kqueue or Windows, each with its own flags."""
    program, skipped = judge(lane, "clang-tidy")
    if skipped:
        return skipped
    folders = {preset: lane.folder / preset for preset in ("clang", "kqueue", "mingw")}
    checks, work, seen = [], [], set()
    for preset, folder in folders.items():
        configured = lane.check(f"configure {preset}", *configure(preset, folder, cmocka_for_windows()))
        checks.append(configured)
        if configured.outcome == PASSED:
            work += [(file, folder) for file in tidy_files(folder) if file not in seen]
            seen.update(file for file, _ in work)

    def tidy(item):
        file, folder = item
        quiet = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-unused-command-line-argument"]
        if "winsock" in file.relative_to(ROOT).parts:
            # The analyzer takes counted objects for leaked ones, and errno for a number that may say success.
            quiet += ["--checks=-clang-analyzer-*"]
        return lane.check(str(file.relative_to(ROOT)), program, "-p", folder, *quiet, file)

    return checks + in_parallel(tidy, work)


# ---------------------------------------------------------------------------------------------------- the public header

GNU_WARNINGS = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Wcast-qual -Wcast-align=strict"
# Not the layout of structures, not C++98, and not a grammar for comments.
CLANG_WARNINGS = "-Weverything -Wno-padded -Wno-c++98-compat-pedantic -Wno-documentation -Wno-unknown-warning-option"
C_WARNINGS = "-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wc++-compat"


def lane_header(lane):
    """The header compiles alone in both languages, with every warning, and includes nothing of an operating system."""
    checks = []
    for compiler, warnings in (
        ("gcc", GNU_WARNINGS),
        ("clang", CLANG_WARNINGS),
        ("x86_64-w64-mingw32-gcc", GNU_WARNINGS),
        ("i686-w64-mingw32-gcc", GNU_WARNINGS),
    ):
        c_extra = "" if compiler == "clang" else C_WARNINGS
        cpp_extra = "" if compiler == "clang" else "-Wold-style-cast -Wuseless-cast -Wzero-as-null-pointer-constant"
        for file, standard, extra in (("header_c11.c", "c11", c_extra), ("header_cxx17.cpp", "c++17", cpp_extra)):
            language = "c" if standard == "c11" else "c++"
            flags = [f"-std={standard}", "-x", language, "-pedantic-errors", "-Werror", *f"{warnings} {extra}".split()]
            path = ROOT / "tests/header" / file
            if language == "c++" and compiler.startswith("i686"):
                continue
            name = f"{compiler} {standard}"
            checks.append(lane.check(name, compiler, *flags, "-fsyntax-only", f"-I{ROOT}/include", path))
    text = (ROOT / "include/sockpal.h").read_text(encoding="utf-8")
    included = set(re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE))
    foreign = sorted(included - {"stddef.h", "stdint.h"})
    checks.append(Check("includes no system header", FAILED if foreign else PASSED, f"includes {foreign}"))
    return checks


# --------------------------------------------------------------------------------------------------- users of the library


def install(lane, name, *options):
    """Builds the library alone, installs it, and moves the tree that results. Gives the check, and where it is."""
    folder, first, prefix = (lane.folder / f"{part}-{name}" for part in ("build", "installed", "prefix"))
    shutil.rmtree(first, ignore_errors=True)
    shutil.rmtree(prefix, ignore_errors=True)
    quiet = ["-DSOCKPAL_TESTS=OFF", "-DSOCKPAL_EXAMPLES=OFF"]
    installed = lane.steps(
        f"install {name}",
        ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", f"-DCMAKE_INSTALL_PREFIX={first}", *quiet, *options],
        ["cmake", "--build", folder, "-j", JOBS],
        ["cmake", "--install", folder],
        ["mv", first, prefix],
    )
    return installed, prefix


def consumer(lane, name, kind, *options):
    """A project of tests/consumer: configured, built, and its programs run."""
    folder = lane.folder / f"consumer-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    return lane.steps(
        f"consumer {name}",
        ["cmake", "-S", ROOT / "tests/consumer" / kind, "-B", folder, "-G", "Ninja", *options],
        ["cmake", "--build", folder, "-j", JOBS],
        ["ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=error"],
    )


def exported_names(lane, prefix):
    """The shared library shows its users what the header declares, and nothing else."""
    library = next(prefix.glob("lib*/**/libsockpal.so"))
    code, text = lane.run("nm", "-D", "--defined-only", library)
    shown = {line.split()[-1] for line in text.splitlines() if line.strip()}
    header = (ROOT / "include/sockpal.h").read_text(encoding="utf-8")
    promised = set(re.findall(r"^SPAL_API [^(;]*?\b(spal_\w+)\(", header, re.MULTILINE))
    message = f"not in the header: {sorted(shown - promised)}\nnot exported: {sorted(promised - shown)}"
    return Check("exported names", PASSED if code == 0 and shown == promised and shown else FAILED, message)


def pkg_config_file_moves(lane, prefix):
    """A tree that has been installed may be moved: nothing in its packages names the folder."""
    texts = [path for path in prefix.rglob("*") if path.suffix in (".pc", ".cmake")]
    named = [path for path in texts if str(prefix.parent) in path.read_text()]
    return Check("packages name no fixed folder", FAILED if named else PASSED, "\n".join(map(str, named)))


def port_check(lane, prefix):
    """The tool of an installed tree finds its tables, and what it says of a user's programs is that nothing is lacking."""
    programs = [ROOT / "tests/consumer" / name for name in ("winsock.c", "winsock.cpp", "spellings.c")]
    return lane.check("installed sockpal-port-check", prefix / "bin/sockpal-port-check", *programs)


def lane_consumer(lane):
    static, static_prefix = install(lane, "static")
    shared, shared_prefix = install(lane, "shared", "-DBUILD_SHARED_LIBS=ON")
    toolchain = ROOT / "cmake/toolchains/mingw-w64-x86_64.cmake"
    windows, windows_prefix = install(lane, "windows", f"-DCMAKE_TOOLCHAIN_FILE={toolchain}")
    checks = [static, shared, windows]
    if any(check.outcome == FAILED for check in checks):
        return checks
    checks.append(exported_names(lane, static_prefix))
    checks.append(pkg_config_file_moves(lane, static_prefix))
    checks += [port_check(lane, prefix) for prefix in (static_prefix, windows_prefix)]
    for name, prefix in (("static", static_prefix), ("shared", shared_prefix)):
        checks.append(consumer(lane, f"find_package {name}", "find_package", f"-DCMAKE_PREFIX_PATH={prefix}"))
        pc_folder = next(prefix.rglob("sockpal.pc")).parent
        make = ["make", "-C", ROOT / "tests/consumer/pkg_config", f"OUT={lane.folder}/pkg-config-{name}", f"KIND={name}"]
        shutil.rmtree(lane.folder / f"pkg-config-{name}", ignore_errors=True)
        env = {"PKG_CONFIG_PATH": str(pc_folder), "LD_LIBRARY_PATH": str(pc_folder.parent)}
        checks.append(lane.check(f"consumer pkg-config {name}", *make, "check", env=env))
        kind = f"-DBUILD_SHARED_LIBS={'ON' if name == 'shared' else 'OFF'}"
        checks.append(consumer(lane, f"add_subdirectory {name}", "add_subdirectory", kind))
    checks.append(consumer(lane, "FetchContent", "fetch_content"))
    lane.run(ROOT / "ci/wine-run", "--start")
    try:
        installed_toolchain = next(windows_prefix.rglob("mingw-w64-x86_64.cmake"))
        options = [f"-DCMAKE_TOOLCHAIN_FILE={installed_toolchain}", f"-DCMAKE_PREFIX_PATH={windows_prefix}"]
        options.append(f"-DCMAKE_CROSSCOMPILING_EMULATOR={ROOT}/ci/wine-run")
        checks.append(consumer(lane, "find_package windows", "find_package", *options))
    finally:
        lane.run(ROOT / "ci/wine-run", "--stop")
    return checks


# ------------------------------------------------------------------------------------------------------------ all of it

# Quick ones first: a mistake of style is known at once.
LANES = {
    "format": (lane_format, "clang-format"),
    "header": (lane_header, "sockpal.h alone as C11 and C++17, every compiler, every warning"),
    "winsock": (lane_winsock, "all tests of the Winsock face, GCC; its headers as C and C++, among those of the system"),
    "gcc": (lane_gcc, "all other tests, GCC"),
    "kqueue": (lane_kqueue, "all tests, kqueue over its test double, without the system calls that macOS lacks"),
    "layers": (lane_layers, "the rules of ci/rules: layers, twins, sizes, sleeps; it uses the lane gcc's build"),
    "clang": (lane_clang, "all tests but the machine's, Clang"),
    "asan": (lane_asan, "all tests, epoll and kqueue, address and undefined-behaviour sanitizers"),
    "tsan": (lane_tsan, "all tests, epoll and kqueue, thread sanitizer"),
    "mingw": (lane_mingw, "all tests, 64-bit Windows by mingw-w64 and Wine"),
    "mingw32": (lane_mingw32, "32-bit Windows, compiled only"),
    "zig": (lane_zig, "macOS, FreeBSD, NetBSD, Windows on Arm; Linux with musl, face included; compiled only"),
    "consumer": (lane_consumer, "installed and embedded, face included: find_package, pkg-config, add_subdirectory, FetchContent"),
    "tidy": (lane_tidy, "clang-tidy"),
    "fuzz-smoke": (lane_fuzz_smoke, f"each fuzzer for {FUZZ_SECONDS} s"),
}
BACKENDS = {
    "gcc": "epoll",
    "kqueue": "kqueue",
    "clang": "epoll",
    "asan": "epoll",
    "tsan": "epoll",
    "mingw": "iocp",
}


def run_lane(name):
    begin = time.monotonic()
    try:
        checks = LANES[name][0](Lane(name))
    except Exception as trouble:  # A lane that breaks is a failure like any other, and the others still run.
        checks = [Check("the lane itself", FAILED, f"{type(trouble).__name__}: {trouble}")]
    seconds = time.monotonic() - begin
    report.write_junit(OUT / "junit" / f"{name}.xml", name, checks, seconds)
    state = "FAILED" if report.count(checks, FAILED) else "ok"
    print(f"{name:<11} {state:<6} {report.totals(checks):<40} {seconds:6.1f} s", flush=True)
    return checks


def show_failures(results):
    for name, checks in results:
        for check in checks:
            if check.outcome == FAILED:
                where = f"{check.program}: " if check.program else ""
                print(f"\nFAILED in {name}: {where}{check.name}")
                print("    " + report.tail(check.message.strip(), 42).replace("\n", "\n    "))
                print(f"    log: {OUT / name}.log")


def show_skips(results):
    reasons = {}
    for name, checks in results:
        for check in checks:
            if check.outcome == report.SKIPPED:
                reason = check.message.split(": ", 1)[-1].strip() or "no reason given"
                reasons.setdefault((check.name, reason), []).append(name)
    for (check, reason), lanes in reasons.items():
        print(f"skipped: {check} ({', '.join(lanes)}): {reason}")


def main(arguments):
    if arguments == ["--list"]:
        for name, (_, title) in LANES.items():
            print(f"{name:<11} {title}")
        return 0
    unknown = [name for name in arguments if name not in LANES]
    if unknown:
        print(f"ci/test: no such lane: {' '.join(unknown)} (ci/test --list names them)", file=sys.stderr)
        return 2
    results = [(name, run_lane(name)) for name in LANES if not arguments or name in arguments]
    matrix = report.contract_matrix([(BACKENDS[name], checks) for name, checks in results if name in BACKENDS])
    if matrix:
        (OUT / "contract-matrix.txt").write_text("\n".join(matrix) + "\n", encoding="utf-8")
        print("\nThe contract: + holds, . not for this style\n\n" + "\n".join(matrix))
    show_skips(results)
    show_failures(results)
    every = [check for _, checks in results for check in checks]
    print("\n" + report.totals(every))
    return 1 if report.count(every, FAILED) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
