"""The package runs on Windows: what only POSIX has is used in the one process that opens workbooks, where it is there."""

import ast
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "sdmx_dsm"
# The child that limits its own memory and time, if the system can do that.
EXCEPT = PACKAGE / "excel" / "child.py"

# Standard library modules that Windows does not have.
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
# What `os`, `signal` and others have on Windows; of the rest nothing may be named.
SIGNALS = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN"}
POSIX_OF_OS = set(
    """chown chroot ctermid fchmod fchown fork forkpty getegid geteuid getgid getgroups getpgid getpgrp getpriority getsid getuid
    initgroups killpg lchown lockf major makedev minor mkfifo mknod nice openpty posix_spawn posix_spawnp pread preadv pwrite
    pwritev sched_getaffinity sched_setaffinity sendfile setegid seteuid setgid setgroups setpgid setpriority setregid setresgid
    setresuid setreuid setsid setuid statvfs sync sysconf tcgetpgrp tcsetpgrp uname wait wait3 wait4 waitid WEXITSTATUS WIFEXITED
    WIFSIGNALED WTERMSIG O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK""".split()
)
POSIX_OF_SOCKET = {"AF_UNIX", "SO_REUSEPORT", "socketpair"}
KEYWORDS = {"preexec_fn", "start_new_session", "close_fds", "pass_fds"}


def posix_alone(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        found = ""
        match node:
            case ast.Import():
                found = ", ".join(alias.name for alias in node.names if alias.name in MODULES)
            case ast.ImportFrom(module=module):
                names = {alias.name for alias in node.names}
                wrong = {"os": POSIX_OF_OS, "socket": POSIX_OF_SOCKET}.get(module or "", set()) & names
                if module == "signal":
                    wrong = {name for name in names if name.startswith("SIG")} - SIGNALS
                found = module or "" if module in MODULES else ", ".join(wrong)
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in POSIX_OF_OS:
                found = f"os.{name}"
            case ast.Attribute(value=ast.Name(id="socket"), attr=name) if name in POSIX_OF_SOCKET:
                found = f"socket.{name}"
            case ast.Attribute(value=ast.Name(id="signal"), attr=name) if (
                name.startswith("SIG") and name not in SIGNALS
            ):
                found = f"signal.{name}"
            case ast.keyword(arg=name) if name in KEYWORDS:
                found = f"{name}="
        if found:
            yield f"{path.relative_to(PACKAGE)} uses {found}"


def test_nothing_needs_a_posix_system() -> None:
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path != EXCEPT]
    assert [use for path in modules for use in posix_alone(path)] == []


def test_the_one_exception_is_found() -> None:
    """The check sees what it looks for."""
    assert "excel/child.py uses resource" in [use.replace(os.sep, "/") for use in posix_alone(EXCEPT)]


@pytest.mark.parametrize("text", ["/tmp", "/dev/", "/proc/", "/etc/"])
def test_no_path_of_a_posix_system_is_written_down(text: str) -> None:
    assert [
        str(path)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(text)
    ] == []


def test_files_of_text_are_opened_with_their_encoding() -> None:
    """Windows would take its own."""
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            given = len(node.args) + len([k for k in node.keywords if k.arg == "encoding"])
            needed = {"read_text": 1, "write_text": 2}.get(node.func.attr, 0)
            if given < needed:
                wrong.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert wrong == []


@pytest.mark.skipif(os.name == "nt", reason="the list is of what Windows lacks")
def test_the_list_is_of_names_that_exist() -> None:
    assert {name for name in POSIX_OF_OS if not hasattr(os, name)} <= {
        "lchown",
        "lockf",
        "setresgid",
        "setresuid",
        "sendfile",
    }
    assert all(hasattr(signal, name) for name in SIGNALS)
