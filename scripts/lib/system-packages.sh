# What has to come from the system's package manager: LibTorch, a fast BLAS, an allocator, a compiler.
# Sourced by scripts/setup; installs on Debian and Ubuntu only.

is_debian() {
  [ -r /etc/os-release ] || return 1
  local ids
  ids=$(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ")
  case $ids in *' debian '* | *' ubuntu '*) command -v apt-get >/dev/null ;; *) return 1 ;; esac
}

# Debian's LibTorch takes whichever BLAS is installed; the reference one is some thirty times slower than OpenBLAS.
has_fast_blas() {
  local library
  for library in /usr/lib/*-linux-gnu/libblas.so.3; do
    case $(readlink -f "$library") in *openblas* | *mkl* | *blis* | *atlas*) return 0 ;; esac
  done
  return 1
}

has_tcmalloc() {
  local library
  for library in /usr/lib/*-linux-gnu/libtcmalloc_minimal.so.4 /usr/lib*/libtcmalloc_minimal.so.4; do
    if [ -e "$library" ]; then return 0; fi
  done
  return 1
}

# Sets `required` (nothing works without them) and `faster` (it works without them, slowly).
missing_packages() {
  required=''
  faster=''
  if [ -z "$libtorch_prefix" ]; then required="$required libtorch-dev"; fi
  command -v cmake >/dev/null || required="$required cmake"
  command -v "${CXX:-c++}" >/dev/null || required="$required g++"
  command -v make >/dev/null || required="$required make"
  case "$libtorch_prefix" in
    '' | /usr/lib/*-linux-gnu/*) has_fast_blas || faster="$faster libopenblas0-pthread" ;;
  esac
  has_tcmalloc || faster="$faster libtcmalloc-minimal4"
}

install_command() {
  local sudo=''
  [ "$(id -u)" = 0 ] || sudo='sudo '
  echo "${sudo}apt-get update && ${sudo}apt-get install --no-install-recommends$required$faster"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
  # An unreachable third-party source must not stop us: whether it mattered shows in the next line.
  as_root apt-get -o Acquire::http::Timeout=20 -o Acquire::Retries=2 update || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=2 -o DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends $required $faster
}

install_system_packages() {
  missing_packages
  if [ -z "$required$faster" ]; then return; fi
  if ! is_debian; then
    [ -n "$libtorch_prefix" ] || explain_missing_libtorch
    [ -z "$required" ] || die "These tools are missing:$required" 'Install them with your package manager, then run this again.'
    return 0
  fi
  # What only makes it faster is tried once, not at every run; doctor keeps reminding of it.
  if [ -z "$required" ] && stamped faster-tried "$faster"; then return; fi
  if [ -n "${XCLR_NO_INSTALL:-}" ] || { [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; }; then
    if [ -n "$required" ]; then
      die "System packages are missing:$required$faster" "Run: $(install_command)"
    fi
    say "it will work, but slowly, without:$faster. To install: $(install_command)"
    stamp faster-tried "$faster"
    return
  fi
  if step "installing with apt-get:$required$faster" apt_install; then return; fi
  if [ -n "$required" ]; then
    die 'apt-get could not install them (see above).' "Check the network and /etc/apt, then run this again, or: $(install_command)"
  fi
  say "continuing without them; training works, but slowly. To install later: $(install_command)"
  stamp faster-tried "$faster"
}
