"""What an operator types: docs/operating.md, command by command, against a real engine and exchange."""
import itertools
import json
import os
import re
import signal
import subprocess
import unittest

from harness import PATIENCE_S, PROGRAM, ROOT, EngineTest, until

PAGE = ROOT / "docs/operating.md"

# What differs from run to run, by its place in the text.
VARIES = [
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\b"), "TIME"),
    (re.compile(r"\b(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{18}\b"), "ORDER"),
    (re.compile(r"\b(start|record|up to) \d+"), r"\1 N"),
    (re.compile(r"^\d+(?= +TIME)", re.M), "N"),
    (re.compile(r"\b\d+ms old"), "Nms old"),
    # Answers and the stream are heard in any order, so what is heard twice is told once or twice.
    (re.compile(r"^.*venue says.*\n", re.M), ""),
    (re.compile(r"longest without cover \S+"), "longest without cover N"),
    (re.compile(r"(\"uncovered_ms\": )\d+"), r"\1N"),
    (re.compile(r" \d+$", re.M), " N"),  # uncovered_ms, the last column
    (re.compile(r" +"), " "),
]


def masked(text):
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return text.strip()


def steps_of(page):
    """(what to do first, command, what it prints) in the order of the page."""
    steps, first = [], []
    for hook, block in re.findall(r"<!-- test: (.*?) -->|```console\n(.*?)```", page, re.S):
        if hook:
            first.append(hook)
            continue
        for each in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, said = each.replace("\\\n", " ").partition("\n")
            steps.append((first, command, said))
            first = []
    return steps


class Cli(EngineTest):
    def run_cli(self, command, code=None):
        """Its standard output, and what it complains about."""
        done = subprocess.run(command, shell=isinstance(command, str), text=True,
                              capture_output=True, timeout=PATIENCE_S,
                              env={**os.environ, "SIGNALBOX_COMMANDS": self.engine.address("commands")})
        if code is not None:
            self.assertEqual(done.returncode, code, (command, done.stdout, done.stderr))
        return done.stdout + done.stderr

    def cli(self, *words, code=0):
        return self.run_cli([PROGRAM, *words], code)


class Page(Cli):
    def test_what_the_page_shows_is_what_happens(self):
        hooks = {"the exchange takes no order and answers no question": self.lose_everything,
                 "the exchange answers again": lambda: self.exchange.control("DELETE", "faults"),
                 "the market falls to the stop": lambda: self.exchange.move("58900"),
                 "the engine is killed": lambda: self.engine.end(signal.SIGKILL)}
        self.addCleanup(lambda: self.engine.process.running() or self.engine.start())
        steps = steps_of(PAGE.read_text())
        self.assertGreater(len(steps), 12)
        unknown = None
        for first, command, said in steps:
            for each in first:
                hooks[each]()
            command = command.replace("/var/lib/signalbox", f"{self.folder.name}/journal") \
                             .replace("/run/signalbox", f"{self.folder.name}/run")
            command = re.sub("^signalbox", PROGRAM, command)
            if " resolve " in command:
                command = re.sub(r"(?<=resolve )\S+", unknown, command)
            again = " send " not in command  # sent twice it would be answered otherwise
            seen = None

            def shown():
                nonlocal seen
                seen = self.run_cli(command)
                return masked(seen) == masked(said) or not again

            try:
                until(f"`{command}` to print what the page shows", shown)
            except AssertionError:
                pass
            self.assertEqual(masked(seen), masked(said), command)
            if " unknowns" in command and "trend/" in seen:
                unknown = seen.splitlines()[1].split()[0]

    def lose_everything(self):
        self.exchange.control("POST", "faults/request",
                              {"on": "place", "kind": "status_unknown", "executed": False, "times": 1})
        self.exchange.control("POST", "faults/request", {"on": "query", "kind": "unavailable", "times": 0})


class Behaviour(Cli):
    def test_json_is_what_the_bus_says(self):
        id = self.place(stop_loss="59000", take_profit="63000")["id"]
        self.heard(id, "placed")
        until("stop and target", lambda: len(self.exchange.open_orders()) == 2)
        status = json.loads(self.cli("status", "--json"))
        self.assertEqual((status["brackets_open"], status["accounts"][0]["link"]), (1, "ready"))
        bracket, = until("cover", lambda: [b for b in json.loads(self.cli("brackets", "--json"))
                                           if b["covered"] == b["position"]])
        self.assertEqual((bracket["signal"], bracket["stop"]), (id, "59000"))
        self.assertGreaterEqual(bracket["uncovered_ms"], 0)
        self.assertLess(bracket["uncovered_ms"], 10_000)
        legs = {o["leg"] for o in json.loads(self.cli("orders", "--json", "--account", "main"))}
        self.assertEqual(legs, {"stop", "target"})
        position, = json.loads(self.cli("positions", "--json"))
        self.assertEqual((position["symbol"], position["position"]), ("BTC/USDT", bracket["position"]))
        self.assertEqual(json.loads(self.cli("unknowns", "--json")), [])
        self.assertEqual(json.loads(self.cli("brackets", "--json", "--account", "other")), [])
        why = json.loads(self.cli("why", id, "--json"))
        self.assertEqual((why["signal"], why["account"], why["strategy"]), (id, "main", "test"))
        self.assertEqual(why["steps"][0]["what"], "accepted")
        # Any of its orders leads to the same story, from the engine and from its journal.
        stop = next(o["order"] for o in json.loads(self.cli("orders", "--json")) if o["leg"] == "stop")
        for source in ((), ("--journal", f"{self.folder.name}/journal", "--runtime", f"{self.folder.name}/run")):
            other = json.loads(self.cli("why", stop, "--json", *source))
            self.assertEqual(other["steps"][:len(why["steps"])], why["steps"])
        self.client.ask("close", signal=id)
        until("it to be closed", lambda: not self.exchange.open_orders())

    def test_a_halt_holds_on_one_account_and_resume_ends_it(self):
        self.assertEqual(self.cli("halt", "reduce_only", "--account", "main"), "done\n")
        self.assertEqual(self.client.ask("status")[1]["accounts"][0]["state"], "reduce_only")
        refused = self.place()
        self.assertEqual(self.heard(refused["id"], "verdict")["verdict"]["reason"], "trading_halted")
        self.assertIn("trading_halted", self.cli("why", refused["id"]))
        self.assertEqual(self.cli("resume", "--account", "main"), "done\n")
        self.assertEqual(self.client.ask("status")[1]["accounts"][0]["state"], "active")

    def test_what_is_wrong_is_said_with_an_exit_code(self):
        self.assertIn("not_found", self.cli("why", "nobody", code=1))
        self.assertIn("nothing goes by nobody", self.cli(
            "why", "nobody", "--journal", f"{self.folder.name}/journal", code=1))
        self.assertIn("no journal", self.cli("why", "x", "--journal", f"{self.folder.name}/run", code=1))
        self.assertIn("refused: unknown_account", self.cli("halt", "halted", "--account", "b", code=1))
        self.assertIn("no engine answers", self.cli(
            "status", "--to", f"ipc://{self.folder.name}/nobody", "--wait", "0.2", code=1))
        self.assertIn("no client order id", self.cli("resolve", "nonsense", "absent", code=2))
        self.assertIn("neither live", self.cli("resolve", "book0000000000e000", "absent", code=1))
        self.assertIn("--filled", self.cli("resolve", "book0000000000e000", "ended", "--filled", "x", code=2))
        for words in (("halt",), ("halt", "everything"), ("resolve", "book0000000000e000", "maybe"),
                      ("why",), ("why", "x", "--runtime", self.folder.name)):
            self.cli(*words, code=2)

    def test_an_account_is_looked_at_beside_no_running_engine(self):
        config = self.engine.config
        self.assertIn("in use by process", self.cli("check", "--live", "main", "-c", str(config), code=1))
        self.assertIn("no account 'other'", self.cli("check", "--live", "other", "-c", str(config), code=2))
        aside = config.with_name("aside.toml")
        aside.write_text(config.read_text().replace('"journal"', '"journal-aside"'))
        with subprocess.Popen([PROGRAM, "check", "--live", "main", "-c", str(aside)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as looking:
            for price in itertools.cycle(("60001", "60000")):  # ticker streams tell changes
                if looking.poll() is not None:
                    break
                self.exchange.move(price)
            said = looking.stdout.read()
        self.assertEqual(looking.returncode, 0, said)
        for what in ("clock: ", "the key may trade", "BTC/USDT: trades", "balances: ", "open orders: "):
            self.assertIn(what, said)
        self.assertNotIn("!", said)

    def test_every_command_has_help_with_an_example(self):
        everything = self.cli("--help")
        for name in ("status", "brackets", "orders", "positions", "unknowns", "resolve", "halt",
                     "resume", "why", "check"):
            self.assertIn(f"\n  {name} ", everything)
            self.assertIn(f"example: signalbox {name}", self.cli(name, "--help"))


if __name__ == "__main__":
    unittest.main()
