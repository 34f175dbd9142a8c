#!/usr/bin/python3
"""Who may include whom, and who may name which library: reads every .hpp and .cpp of a tree.

  check.py ROOT [compile_commands.json]

Prints each offending line with the rule that it breaks; exits 1 if there is one. The tables
below are the rules; allowed.txt holds the exceptions, each with its reason.
"""
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

# Folder: what it may include besides itself. The longest folder that fits a file counts.
MAY_INCLUDE = {
    "messages/": [],
    "seams/": ["messages/"],
    "bus/": ["messages/", "seams/"],
    "connectors/": ["messages/", "seams/"],
    "journal/": ["messages/", "seams/"],
    "actors/": ["messages/", "seams/", "connectors/venue.hpp", "journal/journal.hpp"],
    "actors/rules/": ["messages/"],
    "simulator/": ["messages/", "seams/", "connectors/venue.hpp"],
    "clients/": ["messages/", "seams/", "bus/"],
    "app/": ["messages/", "seams/", "bus/", "connectors/", "journal/", "actors/", "simulator/"],
    "bench/": ["messages/", "seams/", "bus/", "connectors/", "journal/", "actors/", "simulator/",
               "app/", "tests/support/"],  # journals as the tests record them
    "simulation/": [""],
    "fuzz/": ["messages/", "connectors/", "journal/", "bus/", "app/config.hpp", "tests/transport/"],
    "torture/": [],
    "tests/": [""],
}

# These look at the project from outside: they stand on both ends of a wire, or measure a library.
OUTSIDE = ["tests/", "bench/", "clients/", "simulation/", "torture/", "fuzz/"]

SOCKETS = ["connectors/transport/", "bus/", "actors/runtime/", "simulator/server"]


@dataclass
class Words:
    """Words that only some folders may write, in code (comments and texts do not count)."""

    name: str
    pattern: str
    only_in: list[str]
    checked_in: list[str] | None = None  # absent: everywhere but `only_in` and OUTSIDE
    but_not: list[str] | None = None


WORDS = [
    Words("Asio and Beast", r"<boost/|\bboost::", SOCKETS),
    Words("ZeroMQ", r"<zmq\w*\.h(pp)?>|\bzmq::|\bzmq_\w+\s*\(", SOCKETS),
    Words("CAF", r"<caf/|\bcaf::", ["actors/", "app/"], but_not=["actors/rules/"]),
    Words("msgpack", r"<msgpack|\bmsgpack::", ["messages/codec"]),
    Words("OpenSSL", r"<openssl/|\b(EVP|SSL|HMAC|BIO|X509|RAND)_\w+",
          ["messages/ids.cpp", "connectors/transport/", "simulator/"]),
    Words("SQLite", r"<sqlite3|\bsqlite3_\w+", ["journal/"]),
    Words("simdjson", r"<simdjson|\bsimdjson::", ["connectors/", "simulator/"]),
    Words("toml++, CLI11 and nlohmann", r"<(toml|CLI/|nlohmann)|\b(toml|CLI|nlohmann)::", ["app/"]),
    Words("spdlog", r"<spdlog|\bspdlog::", ["app/"]),
    Words("Boost for msgpack", r"#\s*undef\s+MSGPACK_NO_BOOST|\bMSGPACK_USE_BOOST\b", [],
          checked_in=[""]),
    Words("floating point", r"\b(float|double|strto(f|d|ld)|sto(f|d|ld))\b", [],
          checked_in=["messages/", "actors/rules/", "connectors/"]),
    Words("a clock or chance of its own",
          r"\b(system|steady|high_resolution)_clock\s*::\s*now\b|\bclock_gettime\b|\bgettimeofday\b"
          r"|\brandom_device\b|\bs?rand\s*\(|\bRAND_bytes\b|\bgetrandom\b",
          ["actors/runtime/", "app/"]),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')

# What is not code: comments, raw strings, strings, characters (but not the ' in 1'000).
NOT_CODE = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code_lines(text):
    """The lines of a source with comments and texts blanked out, what #include names kept."""

    def blank(match):
        line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if match[0].startswith('"') and re.fullmatch(r"\s*#\s*include\s*", line):
            return match[0]
        return " " + "\n" * match[0].count("\n")

    return NOT_CODE.sub(blank, text).split("\n")


def inside(path, prefixes):
    return any(path.startswith(prefix) for prefix in prefixes)


def watched(rule, path):
    """Whether these words are refused in this file (unless allowed.txt says otherwise)."""
    if rule.checked_in is not None:
        return inside(path, rule.checked_in)
    if inside(path, OUTSIDE):
        return False
    return not inside(path, rule.only_in) or inside(path, rule.but_not or [])


def check_file(root, path, allowed):
    """Yields (line number, line, complaint)."""
    text = (root / path).read_text(encoding="utf-8")
    lines = text.split("\n")
    folder = max((f for f in MAY_INCLUDE if path.startswith(f)), key=len, default=None)
    if folder is None:
        yield 1, lines[0], "this folder is not in the table of check.py"
        return
    rules = [rule for rule in WORDS if watched(rule, path)]
    for number, code in enumerate(code_lines(text), start=1):
        include = INCLUDE.match(code)
        if include:
            target = include[1]
            if not inside(target, [folder, *MAY_INCLUDE[folder]]):
                if not (root / target).is_file():
                    yield number, lines[number - 1], "includes are written from the root"
                else:
                    yield number, lines[number - 1], f"{folder} may not include {target}"
        for rule in rules:
            if re.search(rule.pattern, code) and not allowed.covers(path, rule, code):
                yield number, lines[number - 1], f"{rule.name}: not here"


class Allowed:
    """The exceptions: `path | word | reason` a line. One that fits nothing is an error, too."""

    def __init__(self, file):
        self.file = file
        self.entries = {}  # (path, word): line number
        self.used = set()
        self.complaints = []
        if not file.is_file():
            return
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split("|", 2)]
            if len(parts) == 3 and all(parts):
                self.entries[parts[0], parts[1]] = number
            else:
                self.complaints.append(f"{file}:{number}: wants `path | word | reason`: {line}")

    def covers(self, path, rule, code):
        """True if every word on this line that the rule refuses is allowed in this file."""
        found = {match[0] for match in re.finditer(rule.pattern, code)}
        covered = {word for word in found if (path, word) in self.entries}
        self.used |= {(path, word) for word in covered}
        return found == covered

    def unused(self):
        for entry, number in self.entries.items():
            if entry not in self.used:
                yield f"{self.file}:{number}: {entry[0]} says no '{entry[1]}': remove this line"


def check_commands(root, file):
    """Every one of our files is compiled without msgpack's Boost form."""
    for command in json.loads(file.read_text(encoding="utf-8")):
        path = Path(command["file"])
        if path.is_relative_to(root) and not path.is_relative_to(root / "build"):
            if "-DMSGPACK_NO_BOOST" not in command["command"].split():
                yield f"{path}: compiled without -DMSGPACK_NO_BOOST (link signalbox_flags)"


def sources(root):
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name not in ("build", ".git", "node_modules"):
            for file in sorted(folder.rglob("*")):
                if file.suffix in (".hpp", ".cpp", ".h", ".cc") and "node_modules" not in file.parts:
                    yield file.relative_to(root).as_posix()


def check_tree(root, commands=None):
    """All complaints about a tree, as text; and how many files were read."""
    allowed = Allowed(root / "tests/include_rules/allowed.txt")
    complaints = list(allowed.complaints)
    count = 0
    for path in sources(root):
        count += 1
        for number, line, complaint in check_file(root, path, allowed):
            complaints.append(f"{path}:{number}: {complaint}\n    {line.strip()}")
    complaints += allowed.unused()
    if commands:
        complaints += check_commands(root, commands)
    return complaints, count


def main():
    root = Path(sys.argv[1]).resolve()
    commands = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    complaints, count = check_tree(root, commands)
    for complaint in complaints:
        print(complaint)
    print(f"{count} files read, {len(complaints)} complaints")
    return 1 if complaints or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
