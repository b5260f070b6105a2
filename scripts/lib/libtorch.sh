# Finds LibTorch: $LIBTORCH, then python's torch, then the system's. Sourced by scripts/setup.
# Sets libtorch_prefix (what CMake needs), libtorch_version and libtorch_source (for people to read).

libtorch_prefix=''
libtorch_version=''
libtorch_source=''
oldest_libtorch=1.13

# use_libtorch FOLDER SOURCE: takes the first place below FOLDER that has TorchConfig.cmake.
use_libtorch() {
  local below
  for below in share/cmake cmake lib/cmake ''; do
    if [ -f "$1/$below/Torch/TorchConfig.cmake" ]; then
      libtorch_prefix="$1${below:+/$below}"
      libtorch_source=$2
      read_libtorch_version
      return 0
    fi
  done
  return 1
}

read_libtorch_version() {
  local config="$libtorch_prefix/Torch/TorchConfigVersion.cmake"
  libtorch_version=$(sed -n 's/^set(PACKAGE_VERSION "\([0-9][0-9.]*\).*/\1/p' "$config" 2>/dev/null | head -n 1)
  # pip's wheels say "1.0.0"-like nonsense in some versions; their version.py is right.
  local python_version="$libtorch_prefix/../../version.py" build_version="$libtorch_prefix/../../build-version"
  if [ -f "$python_version" ]; then
    libtorch_version=$(sed -n "s/^__version__ *=.*'\(.*\)'.*/\1/p" "$python_version")
  elif [ -f "$build_version" ]; then
    libtorch_version=$(head -n 1 "$build_version")
  fi
  libtorch_version=${libtorch_version:-unknown}
}

# Where this python keeps torch, without importing it (that takes seconds). Version managers put a shim
# named python3 first in PATH, which may have no torch or not even run: ask the system's python3 too.
python_torch_folder() {
  "$1" -c '
import importlib.util
spec = importlib.util.find_spec("torch")
print(list(spec.submodule_search_locations)[0] if spec and spec.submodule_search_locations else "")
' 2>/dev/null </dev/null || true
}

find_libtorch() {
  if [ -n "${LIBTORCH:-}" ]; then
    use_libtorch "$LIBTORCH" "LIBTORCH=$LIBTORCH" ||
      die "LIBTORCH=$LIBTORCH has no share/cmake/Torch/TorchConfig.cmake." \
        'Set it to the unpacked libtorch folder (the one with lib/ and share/ in it), or unset it.'
    return 0
  fi
  local python folder place
  for python in python3 /usr/bin/python3; do
    command -v "$python" >/dev/null || continue
    folder=$(python_torch_folder "$python")
    if [ -n "$folder" ] && use_libtorch "$folder" "python's torch, $folder"; then return 0; fi
  done
  for place in /usr/lib/*-linux-gnu /usr/lib /usr/lib64 /usr/local /usr/local/lib /usr/share \
    /usr/local/libtorch /opt/libtorch /opt/homebrew/opt/pytorch /usr/local/opt/pytorch; do
    if use_libtorch "$place" "the system, $place"; then return 0; fi
  done
  return 1
}

explain_missing_libtorch() {
  if is_debian; then
    die 'LibTorch was not found.' "Run: $(install_command), or unpack the official archive (https://pytorch.org, \"LibTorch\") and set LIBTORCH to its folder."
  fi
  die 'LibTorch was not found, and this system is neither Debian nor Ubuntu, where set-up could install it.' \
    'Install PyTorch for python3 ("pip install torch"), or unpack the official archive (https://pytorch.org, "LibTorch") and set LIBTORCH to its folder; cmake, make and a C++17 compiler are needed too. Then run this again.'
}

check_libtorch_version() {
  [ "$libtorch_version" != unknown ] || return 0
  local oldest
  oldest=$(printf '%s\n%s\n' "$oldest_libtorch" "${libtorch_version%%+*}" | sort -V | head -n 1)
  [ "$oldest" = "$oldest_libtorch" ] ||
    die "LibTorch $libtorch_version ($libtorch_source) is too old; $oldest_libtorch or newer is needed." \
      'Install a newer one ("pip install torch", or the official archive with LIBTORCH set to its folder).'
}
