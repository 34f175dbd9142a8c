#!/usr/bin/python3
"""The include check, fed with bad trees: what it must refuse, and what it must let pass."""
import json
import tempfile
import unittest
from pathlib import Path

import check


class IncludeRules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def complaints(self, commands=None):
        return check.check_tree(self.root, commands)[0]

    def refused(self, path, line):
        """Writes `line` as the third of a file: one complaint, and it shows place and line."""
        self.write(path, f"#pragma once\n\n{line}\n")
        found = self.complaints()
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:3: "), found)
        self.assertIn(line.strip(), found[0])
        (self.root / path).unlink()

    def accepted(self, path, text):
        self.write(path, text + "\n")
        self.assertEqual(self.complaints(), [])

    def test_folders_include_only_what_the_table_says(self):
        for target in ("messages/signal.hpp", "seams/clock.hpp", "bus/inbox.hpp", "app/engine.hpp",
                       "connectors/venue.hpp", "connectors/transport/http.hpp",
                       "journal/journal.hpp", "journal/ring.hpp", "actors/risk_actor.hpp",
                       "actors/rules/risk.hpp", "simulator/engine/engine.hpp",
                       "tests/support/stage.hpp"):
            self.write(target, "#pragma once\n")
        for path, target in (
            ("messages/a.hpp", "seams/clock.hpp"),
            ("seams/a.hpp", "bus/inbox.hpp"),
            ("bus/a.cpp", "connectors/venue.hpp"),
            ("connectors/binance/a.cpp", "journal/journal.hpp"),
            ("journal/a.cpp", "actors/rules/risk.hpp"),
            ("actors/a.cpp", "connectors/transport/http.hpp"),
            ("actors/a.cpp", "journal/ring.hpp"),
            ("actors/a.cpp", "bus/inbox.hpp"),
            ("actors/rules/a.cpp", "seams/clock.hpp"),
            ("actors/rules/a.cpp", "actors/risk_actor.hpp"),
            ("simulator/a.cpp", "actors/rules/risk.hpp"),
            ("simulator/a.cpp", "connectors/transport/http.hpp"),
            ("app/a.cpp", "tests/support/stage.hpp"),
        ):
            with self.subTest(path=path, target=target):
                self.refused(path, f'#include "{target}"')
        self.accepted("actors/a.cpp", '#include "connectors/venue.hpp"\n#include "actors/rules/risk.hpp"')
        self.accepted("app/a.cpp", '#include "bus/inbox.hpp"\n#include "simulator/engine/engine.hpp"')
        self.accepted("tests/a.cpp", '#include "tests/support/stage.hpp"')

    def test_includes_are_written_from_the_root(self):
        self.write("bus/inbox.hpp", "")
        self.refused("bus/inbox.cpp", '#include "inbox.hpp"')
        self.refused("bus/inbox.cpp", '  # include "../bus/inbox.hpp"')

    def test_a_folder_nobody_knows_is_refused(self):
        self.write("misc/a.cpp", "int a;\n")
        self.assertEqual(len(self.complaints()), 1)

    def test_libraries_stay_in_their_folders(self):
        for path, line in (
            ("connectors/binance/a.cpp", "#include <boost/asio/io_context.hpp>"),
            ("actors/rules/a.cpp", "#include <boost/container/flat_map.hpp>"),
            ("app/engine.cpp", "  boost::asio::io_context loop;"),
            ("simulator/engine/a.cpp", "#include <boost/beast/core.hpp>"),
            ("journal/a.cpp", "#include <zmq.hpp>"),
            ("app/send.cpp", "  zmq::context_t context;"),
            ("connectors/a.cpp", "  zmq_close(socket);"),
            ("actors/rules/a.cpp", "#include <caf/actor.hpp>"),
            ("connectors/a.cpp", "  caf::actor sink;"),
            ("bus/outbox.cpp", "#include <msgpack.hpp>"),
            ("messages/signal.cpp", "  msgpack::sbuffer out;"),
            ("connectors/binance/a.cpp", "#include <openssl/hmac.h>"),
            ("actors/a.cpp", "#include <sqlite3.h>"),
            ("messages/a.cpp", "#include <simdjson.h>"),
            ("bus/a.cpp", "#include <toml++/toml.h>"),
            ("actors/a.cpp", "#include <spdlog/spdlog.h>"),
            ("messages/codec.cpp", "#undef MSGPACK_NO_BOOST"),
        ):
            with self.subTest(path=path, line=line):
                self.refused(path, line)
        self.accepted("connectors/transport/a.cpp", "#include <boost/asio.hpp>\n#include <openssl/ssl.h>")
        self.accepted("bus/a.cpp", "#include <zmq.hpp>")
        self.accepted("actors/runtime/a.cpp", "#include <boost/asio.hpp>\n#include <caf/all.hpp>")
        self.accepted("messages/codec_reader.cpp", "#include <msgpack.hpp>")
        self.accepted("tests/bus/a.cpp", "#include <zmq.hpp>\n#include <boost/asio.hpp>")

    def test_money_is_never_floating_point(self):
        self.refused("messages/a.hpp", "double price;")
        self.refused("actors/rules/a.cpp", "const auto x = static_cast<float>(y);")
        self.refused("connectors/binance/a.cpp", "auto p = std::stod(text);")
        self.accepted("bench/a.cpp", "double ratio;")

    def test_clock_and_chance_come_through_the_seams(self):
        self.refused("actors/rules/a.cpp", "auto t = std::chrono::steady_clock::now();")
        self.refused("journal/a.cpp", "auto t = Clock::system_clock :: now();")
        self.refused("simulator/a.cpp", "std::random_device seed;")
        self.refused("bus/a.cpp", "int n = rand();")
        self.accepted("actors/runtime/a.cpp", "auto t = std::chrono::steady_clock::now();")
        self.accepted("bus/a.cpp", "int operand(int);")

    def test_comments_and_texts_are_not_code(self):
        self.accepted("messages/a.cpp", "\n".join((
            "// a double order, caf::actor, std::chrono::system_clock::now()",
            "/* float", "   msgpack::object */",
            'const char* text = "double \\" float";',
            'const char* raw = R"x(double ")" boost::asio)x";',
            "constexpr long n = 1'000'000; char c = '\"';",
            '// #include "app/engine.hpp"',
        )))
        self.refused("messages/a.cpp", '/* "here" */ long n = 1\'000; double x = 2\'000;  // " and on')

    def test_an_exception_has_a_reason_and_a_use(self):
        allowed = "tests/include_rules/allowed.txt"
        self.write("messages/a.cpp", "double confidence;\n")
        self.write(allowed, "# why\nmessages/a.cpp | double | as the sender wrote it\n")
        self.assertEqual(self.complaints(), [])
        self.write("messages/a.cpp", "double confidence; float price;\n")
        self.assertEqual(len(self.complaints()), 1)
        self.write("messages/a.cpp", "int confidence;\n")
        self.assertIn("remove this line", self.complaints()[0])
        self.write(allowed, "messages/a.cpp | double |\n")
        self.assertIn("wants", self.complaints()[0])

    def test_every_file_is_compiled_without_boost_in_msgpack(self):
        commands = self.root / "build/compile_commands.json"
        for flags, count in (("-O1 -DMSGPACK_NO_BOOST", 0), ("-O1", 1)):
            self.write("build/compile_commands.json", json.dumps(
                [{"file": f"{self.root}/bus/a.cpp", "command": f"c++ {flags} -c a.cpp"}]))
            self.assertEqual(len(self.complaints(commands)), count)


if __name__ == "__main__":
    unittest.main()
