#!/usr/bin/python3
"""What the core was really compiled from: messages/, seams/ and actors/rules/ without a header of
CAF or Boost, however indirect.

  check_core.py BUILD_FOLDER     (of Ninja, which keeps what each object included)
"""
import re
import subprocess
import sys

CORE = re.compile(r"^(messages|seams|actors/rules)/|^actors/CMakeFiles/\w+\.dir/rules/")
REFUSED = re.compile(r"/include/(boost|caf)/")


def complaints(deps):
    """Reads `ninja -t deps`: an object, then one header a line. Returns complaints and a count."""
    found, count, target = [], 0, None
    for line in deps.splitlines():
        if line and not line.startswith(" "):
            target = line.split(":")[0]
            count += bool(CORE.match(target))
        elif target and CORE.match(target) and REFUSED.search(line):
            found.append(f"{target} includes {line.strip()}")
            target = None  # one is enough
    return found, count


def main():
    deps = subprocess.run(["ninja", "-C", sys.argv[1], "-t", "deps"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    found, count = complaints(deps)
    for complaint in found:
        print(complaint)
    print(f"{count} objects of the core, {len(found)} complaints")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
