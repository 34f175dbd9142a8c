"""Prints what gcovr counted as one table: lines and branches of each file, and of all together."""
import json
import sys


def row(name, lines, lines_all, branches, branches_all):
    def share(part, whole):
        return "     -" if whole == 0 else f"{100 * part / whole:5.1f} %"
    print(f"{name:24} {lines:5} of {lines_all:5} {share(lines, lines_all)}"
          f"   {branches:5} of {branches_all:5} {share(branches, branches_all)}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        counted = json.load(file)
    print(f"{'':24} {'lines':>21}   {'branches':>21}")
    for each in sorted(counted["files"], key=lambda f: f["filename"]):
        row(each["filename"].rsplit("/", 1)[-1], each["line_covered"], each["line_total"],
            each["branch_covered"], each["branch_total"])
    row("all", counted["line_covered"], counted["line_total"],
        counted["branch_covered"], counted["branch_total"])


main()
