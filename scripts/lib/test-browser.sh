# The browser of the page tests: Debian's Chromium, installed where set-up may install. Sourced by scripts/test.

# Where there is none, the tests of pages are counted as skipped, and this says so.
ensure_chromium() {
  if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then return 0; fi
  local remedy='apt-get install chromium'
  # Ubuntu's package of that name is a stub for its snap store, which containers cannot use.
  if grep -q '^ID=debian' /etc/os-release 2>/dev/null && [ -z "${XCLR_NO_INSTALL:-}" ]; then
    if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
      echo '── installing Chromium for the tests of pages'
      install_chromium >.cache/chromium.log 2>&1 && command -v chromium >/dev/null && return 0
      tail -3 .cache/chromium.log
    fi
  fi
  echo "NOTE: no Chromium here, so the tests of pages in a browser are skipped. To run them: $remedy"
}

install_chromium() {
  local root=''
  [ "$(id -u)" = 0 ] || root='sudo -n'
  $root apt-get -o Acquire::http::Timeout=20 -o Acquire::Retries=2 update || true
  $root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=2 -o DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends chromium
}
