"""Prints what gcovr counted as one table, and fails when the rules' goals are missed: every line,
and 95 of 100 branches, of all files together."""
import json
import sys

LINES_GOAL, BRANCHES_GOAL = 100, 95  # percent


def row(name, lines, lines_all, branches, branches_all):
    def share(part, whole):
        return "     -" if whole == 0 else f"{100 * part / whole:5.1f} %"
    print(f"{name:24} {lines:5} of {lines_all:5} {share(lines, lines_all)}"
          f"   {branches:5} of {branches_all:5} {share(branches, branches_all)}")


def missed(what, part, whole, goal):
    if 100 * part >= goal * whole:
        return False
    print(f"coverage: {part} of {whole} {what} are reached, {goal} % are wanted", file=sys.stderr)
    return True


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        counted = json.load(file)
    print(f"{'':24} {'lines':>21}   {'branches':>21}")
    for each in sorted(counted["files"], key=lambda f: f["filename"]):
        row(each["filename"].rsplit("/", 1)[-1], each["line_covered"], each["line_total"],
            each["branch_covered"], each["branch_total"])
    lines = counted["line_covered"], counted["line_total"]
    branches = counted["branch_covered"], counted["branch_total"]
    row("all", *lines, *branches)
    # Both are told: a list, so that the first does not hide the second.
    return any([missed("lines", *lines, LINES_GOAL), missed("branches", *branches, BRANCHES_GOAL)])


sys.exit(main())
