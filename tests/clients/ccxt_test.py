"""The dialect proven by a client that is not ours: ccxt from npm, on the simulator over TLS."""
import os
import signal
import subprocess
import sys
import tempfile
import unittest

from harness import KEY, PATIENCE_S, ROOT, SECRET, Exchange

NODE = ROOT / "tests/node"
SKIPPED = 77  # what ctest takes for "skipped"


class Ccxt(unittest.TestCase):
    SPEAKS, SCRIPT = "binance", "ccxt_trades.mjs"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="signalbox-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.exchange = Exchange(cls.folder.name, options=("--speak", cls.SPEAKS))
        cls.addClassCleanup(lambda: cls.exchange.process.end(signal.SIGKILL))

    def node(self, *command, trusts):
        env = {**os.environ, "NODE_NO_WARNINGS": "1"}
        env.pop("NODE_TLS_REJECT_UNAUTHORIZED", None)
        if trusts:
            env["NODE_EXTRA_CA_CERTS"] = str(self.exchange.ca_file)
        return subprocess.run(["node", *command], cwd=NODE, env=env, text=True, timeout=3 * PATIENCE_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_it_trades(self):
        run = self.node(self.SCRIPT, str(self.exchange.port), str(self.exchange.control_port),
                        "main" + KEY, "main" + SECRET, trusts=True)
        print(run.stdout)
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertEqual(self.exchange.open_orders(), [])

    def test_who_does_not_know_the_authority_is_not_let_in(self):
        run = self.node("-e", f"fetch('https://127.0.0.1:{self.exchange.port}/api/v3/ping')"
                        ".then(() => process.exit(0), (e) => { console.log(e.cause.code); process.exit(9) })",
                        trusts=False)
        self.assertEqual(run.returncode, 9, run.stdout)
        self.assertRegex(run.stdout, "SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER")


class BinanceUsdm(Ccxt):
    SPEAKS, SCRIPT = "binanceusdm", "ccxt_binanceusdm.mjs"


class Bybit(Ccxt):
    SPEAKS, SCRIPT = "bybit", "ccxt_bybit.mjs"


class Coinbase(Ccxt):
    SPEAKS, SCRIPT = "coinbase", "ccxt_coinbase.mjs"


class Kraken(Ccxt):
    SPEAKS, SCRIPT = "kraken", "ccxt_kraken.mjs"


class Okx(Ccxt):
    SPEAKS, SCRIPT = "okx", "ccxt_okx.mjs"


if __name__ == "__main__":
    if not (NODE / "node_modules/ccxt").is_dir():
        print("SKIP: tests/node/node_modules has no ccxt; `./dev test` installs it, or there:"
              " npm ci --ignore-scripts")
        sys.exit(SKIPPED)
    unittest.main()
