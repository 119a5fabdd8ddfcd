# Read by ./start and ./test: is there what xtask itself cannot get? Says in Dutch and English what is missing.

missing() { # missing NEDERLANDS ENGLISH
  printf '%s\n%s\n' "Er ontbreekt iets: $1" "Something is missing: $2" >&2
  exit 1
}

node_major() { node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'; }

[ "$(node_major)" ] && [ "$(node_major)" -ge 20 ] && command -v npm >/dev/null ||
  missing "Node.js 20 of nieuwer, met npm. Installeer het van https://nodejs.org of met uw pakketbeheer." \
    "Node.js 20 or later, with npm. Install it from https://nodejs.org or with your package manager."

command -v cargo >/dev/null || [ ! -r "${CARGO_HOME:-$HOME/.cargo}/env" ] || . "${CARGO_HOME:-$HOME/.cargo}/env"
command -v cargo >/dev/null ||
  missing "Rust, met cargo. Installeer het van https://rustup.rs en open daarna een nieuw venster." \
    "Rust, with cargo. Install it from https://rustup.rs, then open a new terminal."

if ! command -v cc >/dev/null; then
  if [ "$(id -u)" -eq 0 ]; then as_root=; else as_root='sudo -n'; fi
  if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
    printf '%s\n' "Ik installeer een C-compiler. / Installing a C compiler." >&2
    $as_root apt-get update -q >&2
    $as_root apt-get install -y -q --no-install-recommends build-essential >&2
  else
    missing "een C-compiler. Installeer hem met: sudo apt-get install build-essential (macOS: xcode-select --install)." \
      "a C compiler. Install it with: sudo apt-get install build-essential (macOS: xcode-select --install)."
  fi
fi
