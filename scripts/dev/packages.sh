# shellcheck shell=bash
# Which Debian packages a command needs and why, and how they get here.

# group | package | what it is for | a program that will do instead
package_table() {
  cat <<'TABLE'
build | g++ | the C++20 compiler |
build | cmake | configures the build |
build | ninja-build | runs the build |
build | ccache | remembers what it compiled, for the next clean build |
libraries | libcaf-dev | CAF: actors |
libraries | cppzmq-dev | ZeroMQ's C++ face |
libraries | libzmq3-dev | ZeroMQ: the bus |
libraries | libboost-dev | Boost.Asio and Beast: loops, HTTP, websockets |
libraries | libssl-dev | OpenSSL: TLS and signatures |
libraries | libmsgpack-cxx-dev | msgpack: the form of every message |
libraries | libsimdjson-dev | simdjson: what exchanges answer |
libraries | zlib1g-dev | zlib: recorded market data |
libraries | libexpected-dev | tl::expected: errors as values |
libraries | libfmt-dev | fmt: text |
libraries | libspdlog-dev | spdlog: the log, on a thread of its own |
libraries | libtomlplusplus-dev | toml++: the configuration |
libraries | libcli11-dev | CLI11: the command line |
libraries | nlohmann-json3-dev | JSON on the command line and in reports |
libraries | libsqlite3-dev | SQLite: the journal |
tests | catch2 | the test framework |
tests | libgmp-dev | GMP: the judge of our decimal arithmetic |
tests | libbenchmark-dev | Google Benchmark: bench/ compiles with the tests |
tests | python3 | runs the checks of the sources |
python | python3-zmq | a strategy and a monitor in Python: ZeroMQ |
python | python3-msgpack | a strategy and a monitor in Python: msgpack |
node | nodejs | runs ccxt, the client that is not ours | node
node | npm | installs ccxt | npm
bench | libbenchmark-dev | Google Benchmark |
bench | gnuplot-nox | the plots of docs/performance.md |
coverage | gcovr | counts what the tests of the rules reach |
fuzz | clang-16 | the compiler of the fuzz targets |
fuzz | libclang-rt-16-dev | libFuzzer and clang's sanitizers |
fuzz | python3 | makes the first inputs |
lint | git | knows the files of the project and what changed |
lint | clang-format | the layout of the sources |
lint | clang-tidy | finds mistakes in C++ |
lint | shellcheck | finds mistakes in shell scripts |
lint | python3 | runs the checks of the sources |
TABLE
}

# require_packages GROUP …: returns when everything in these groups is installed.
require_packages() {
  local missing=() reasons=() group package reason instead
  while IFS='|' read -r group package reason instead; do
    group=${group// /} package=${package// /} instead=${instead// /}
    reason=${reason# } reason=${reason% }
    [[ " $* " == *" $group "* ]] || continue
    [[ " ${missing[*]-} " == *" $package "* ]] && continue
    is_installed "$package" "$instead" && continue
    missing+=("$package")
    reasons+=("$(printf '  %-21s%s' "$package" "$reason")")
  done < <(package_table)
  ((${#missing[@]} == 0)) && return

  echo "These Debian packages are missing:"
  printf '%s\n' "${reasons[@]}"
  confirm_install "${missing[@]}"
  install_packages "${missing[@]}"
}

is_installed() {
  local package=$1 instead=$2 status
  [[ -n $instead ]] && command -v "$instead" >/dev/null && return 0
  status=$(dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null) || return 1
  [[ $status == *installed* && $status != *not-installed* ]]
}

confirm_install() {
  command -v apt-get >/dev/null || die "there is no apt-get here: Signalbox builds on Debian 12"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "not root, and there is no sudo. As root: apt-get install --no-install-recommends $*"
  fi
  [[ $yes == true ]] && return
  if [[ ! -t 0 ]]; then
    echo "dev: nobody here to ask whether to install them; --yes installs without asking" >&2
    exit 2
  fi
  local answer
  read -r -p "Install them with apt-get, and what they depend on? [Y/n] " answer
  [[ $answer =~ ^([Yy]([Ee][Ss])?)?$ ]] || die "not installed, so nothing was built"
}

install_packages() {
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
    # -n: with --yes not even sudo may ask.
    [[ $yes == true ]] && as_root=(sudo -n)
  fi
  "${as_root[@]}" apt-get update -q || die "apt-get update failed: see above"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" || die "apt-get install failed: see above"
}

# ccxt, for the tests in tests/node and the bench. Its packages bring no scripts that would run
# here, and are installed again only when the lock file has changed.
install_node_packages() {
  local folder=$root/tests/node
  [[ -f $folder/package-lock.json ]] || return 0
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json" && return
  echo "== install tests/node"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || return 1
  cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json"
}
